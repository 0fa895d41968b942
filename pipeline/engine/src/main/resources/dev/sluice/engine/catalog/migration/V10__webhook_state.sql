-- Why a view's webhook has not taken what it was told last; NULL: it has, or there is none.
ALTER TABLE view_states ADD COLUMN webhook text;
