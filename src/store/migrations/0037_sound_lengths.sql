-- How long a sound lasts, ms; 0: nobody can read it. Null: nobody has looked.
alter table media add column duration_ms integer;
