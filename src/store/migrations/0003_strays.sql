-- What is held back for a disabled endpoint is found without reading all that was ever told to it.
create index delivery_held on delivery (business_id, endpoint_id, seq) where state = 'held';

-- Receipts that are nobody's pile up behind those that came a moment too early: the young are looked at.
create index early_receipt_age on early_receipt (received_at);
