' Opens a file, does what a file of commands states, and stores it under a filter. A command is a line of a verb, the name
' of a sheet ("" for the first one), a cell and a text, with tabs between them.
'   type: as at the keyboard, which leaves locked cells as they are
'   set: the text of the cell, whatever the cell takes
' The opener and the options are those of CSV files.
Sub Main(source As String, opener As String, target As String, filter As String, options As String, commands As String)
  Dim opening(2) As New com.sun.star.beans.PropertyValue
  Dim storing(1) As New com.sun.star.beans.PropertyValue
  Dim arguments(0) As New com.sun.star.beans.PropertyValue
  Dim files, reader, workbook, sheet, cell, dispatcher, words
  opening(0).Name = "Hidden"
  opening(0).Value = True
  If opener <> "" Then
    opening(1).Name = "FilterName"
    opening(1).Value = opener
    opening(2).Name = "FilterOptions"
    opening(2).Value = options
  End If
  workbook = StarDesktop.loadComponentFromURL(source, "_blank", 0, opening)
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  files = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  reader = createUnoService("com.sun.star.io.TextInputStream")
  reader.setInputStream(files.openFileRead(commands))
  reader.setEncoding("UTF-8")
  Do While Not reader.isEOF()
    words = Split(reader.readLine(), Chr(9))
    If UBound(words) = 3 Then
      If words(1) = "" Then sheet = workbook.Sheets.getByIndex(0) Else sheet = workbook.Sheets.getByName(words(1))
      cell = sheet.getCellRangeByName(words(2))
      Select Case words(0)
        Case "type"
          arguments(0).Name = "ToPoint"
          arguments(0).Value = words(2)
          dispatcher.executeDispatch(workbook.CurrentController.Frame, ".uno:GoToCell", "", 0, arguments)
          arguments(0).Name = "StringName"
          arguments(0).Value = words(3)
          dispatcher.executeDispatch(workbook.CurrentController.Frame, ".uno:EnterString", "", 0, arguments)
        Case "set"
          cell.String = words(3)
      End Select
    End If
  Loop
  storing(0).Name = "FilterName"
  storing(0).Value = filter
  storing(1).Name = "FilterOptions"
  storing(1).Value = options
  workbook.storeToURL(target, storing)
  workbook.close(True)
  StarDesktop.terminate()
End Sub
