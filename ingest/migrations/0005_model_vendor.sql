-- 0005_model_vendor: a model may be resold, and then its vendor's list price applies.
--
-- in   a database of 0004
-- out  model_name with the vendor whose rates apply

alter table model_name add column vendor varchar;
update model_name set vendor = provider;

-- Ids that resellers write are known now, so every stamp is made anew.
delete from meta where key = 'book_digest';
