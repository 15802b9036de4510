-- Asks for what wrk is told to, and says at the end how it went, as one line of JSON.
--
-- Arguments: START EVERY PATH…  Then the paths take turns, and each EVERY-th request gets an address that nobody asked
-- for before, made with START.

function init(arguments)
   if #arguments == 0 then return end
   local start, every, asked = arguments[1], tonumber(arguments[2]), 0

   function request()
      local path = arguments[3 + asked % (#arguments - 2)]
      asked = asked + 1
      if asked % every == 0 then
         path = path .. (path:find("?", 1, true) and "&" or "?") .. "_n=" .. start .. "-" .. asked
      end
      return wrk.format(nil, path)
   end
end

function done(summary, latency)
   local failed = 0
   for _, count in pairs(summary.errors) do failed = failed + count end
   io.write(string.format(
      '{"requests": %d, "seconds": %.6f, "bytes": %d, "failed": %d, "p95": %.6f}\n',
      summary.requests, summary.duration / 1e6, summary.bytes, failed, latency:percentile(95) / 1e6))
end
