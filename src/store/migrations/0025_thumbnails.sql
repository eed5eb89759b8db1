-- Whether a small picture of the file lies beside it; null: nobody has looked at it yet.
alter table media add column thumbnail boolean;
