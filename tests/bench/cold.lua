-- Each request has another port in its Host header, which begins with the argument.
function init(arguments)
   local count = 0

   function request()
      count = count + 1
      wrk.headers["Host"] = "127.0.0.1:" .. arguments[1] .. count
      return wrk.format()
   end
end
