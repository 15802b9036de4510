' Opens a file, does what a file of commands states, and stores it under a filter. A command is a line of a verb, the name
' of a sheet ("" for the first one), a cell and a text, with tabs between them.
'   type: as at the keyboard, which leaves locked cells as they are
'   set: the text of the cell, whatever the cell takes
'   unlock: the sheet
'   look: writes down whether the cell is locked, its validation and its text
' The opener and the options are those of CSV files.
Sub Main(source As String, opener As String, target As String, filter As String, options As String, password As String, commands As String, answers As String)
  Dim opening(2) As New com.sun.star.beans.PropertyValue
  Dim storing(2) As New com.sun.star.beans.PropertyValue
  Dim arguments(0) As New com.sun.star.beans.PropertyValue
  Dim files, reader, writer, workbook, sheet, cell, dispatcher, words
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
  writer = createUnoService("com.sun.star.io.TextOutputStream")
  writer.setOutputStream(files.openFileWrite(answers))
  writer.setEncoding("UTF-8")
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
        Case "unlock"
          sheet.unprotect("")
        Case "look"
          writer.writeString(words(2) & Chr(9) & cell.CellProtection.IsLocked & Chr(9) & cell.Validation.Type & Chr(9) & cell.Validation.getFormula1() & Chr(9) & Replace(cell.String, Chr(10), " ") & Chr(10))
      End Select
    End If
  Loop
  writer.closeOutput()
  storing(0).Name = "FilterName"
  storing(0).Value = filter
  storing(1).Name = "FilterOptions"
  storing(1).Value = options
  If password <> "" Then
    storing(2).Name = "Password"
    storing(2).Value = password
  End If
  workbook.storeToURL(target, storing)
  workbook.close(True)
  StarDesktop.terminate()
End Sub
