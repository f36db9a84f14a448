-- How many tickets were open when a shift wrote what it handed over; null: before this was kept.
ALTER TABLE shift_notes ADD COLUMN open_tickets BIGINT;
