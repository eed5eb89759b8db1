-- Each message of a person changes the contact in its place, if there is room on the page: with a tenth of it free there was
-- none for half of them, and those went through all indexes of contacts.
alter table contact set (fillfactor = 70);
