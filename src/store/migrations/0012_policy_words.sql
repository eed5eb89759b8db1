-- Some surfaces take any word for how often a delivery is tried, and give it back as it was.
alter table endpoint add policy_word text;
