-- How stock is valued where nobody gave a cost: moving weighted average per storage unit and item.

-- True where unit_cost was worked out by the product; it follows when earlier movements change.
ALTER TABLE stock_movements ADD COLUMN cost_derived boolean NOT NULL DEFAULT false;
ALTER TABLE stock_counts ADD COLUMN cost_derived boolean NOT NULL DEFAULT false;

CREATE TYPE stock_position AS (
  -- on hand after the event
  qty numeric,
  -- average per base unit from here on; null while no cost is known
  cost numeric,
  -- on hand before the event: what the books say when a count comes
  book numeric,
  -- what the event itself is valued at
  event_cost numeric
);

-- One movement (amount signed, in base units) or one count (amount is what was found) in the order of time.
-- The average is rounded to the six decimals that are stored, so that going on from a stored count gives the same.
CREATE FUNCTION stock_step(
  state stock_position, counted boolean, kind text, amount numeric, given_cost numeric, standard_cost numeric
) RETURNS stock_position LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  held numeric := coalesce(state.qty, 0);
  average numeric := state.cost;
BEGIN
  state.book := held;
  state.event_cost := coalesce(given_cost, average, standard_cost, 0);
  IF counted THEN
    state.qty := amount;
    state.cost := coalesce(given_cost, average, standard_cost);
    RETURN state;
  END IF;
  state.qty := held + amount;
  state.cost := coalesce(average, given_cost, standard_cost);
  IF given_cost IS NULL OR average IS NULL THEN
    RETURN state;
  END IF;
  IF amount > 0 THEN
    -- below nothing there is nothing to average with
    state.cost := round((greatest(held, 0) * average + amount * given_cost) / (greatest(held, 0) + amount), 6);
  ELSIF kind = 'RECEIPT' AND state.qty > 0 AND held * average + amount * given_cost > 0 THEN
    -- a return leaves at the cost it came in with
    state.cost := round((held * average + amount * given_cost) / state.qty, 6);
  END IF;
  RETURN state;
END $$;

-- As a window function over the ledger it gives the position after every event.
CREATE AGGREGATE stock_fold(counted boolean, kind text, amount numeric, given_cost numeric, standard_cost numeric) (
  SFUNC = stock_step, STYPE = stock_position
);
