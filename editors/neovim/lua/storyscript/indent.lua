-- How far a new line of a story is indented.
local M = {}

local HEAD = [[\c^\%(scene\|event\|character\)\%([[:alnum:]_:-]\)\@!]]
local CONTINUED = [[\c^\s\+\%(caption\|as\)\s*:\s*$]]

--- The indentation of a line, in columns; -1 for what it has.
function M.of(number)
  if vim.fn.getline(number):match("%S") then
    return -1
  end
  local above = vim.fn.getline(number - 1)
  if number == 1 or not above:match("%S") then
    return 0
  end
  local indentation = vim.fn.indent(number - 1)
  if vim.fn.match(above, HEAD) == 0 or vim.fn.match(above, CONTINUED) == 0 then
    return indentation + vim.fn.shiftwidth()
  end
  return indentation
end

return M
