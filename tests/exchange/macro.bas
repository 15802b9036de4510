' Opens a workbook, does what a file of commands says, stores it, and writes down what it found. A command is a line of
' a verb, a cell of the first sheet and a text, with tabs between them.
'   type: as at the keyboard, which leaves locked cells as they are
'   paste: past what the cell would take
'   unlock: the sheet, whatever the cell and the text
'   look: whether the cell is locked, and what its validation is
Sub Main(source As String, target As String, filter As String, commands As String, answers As String)
  Dim arguments(0) As New com.sun.star.beans.PropertyValue
  Dim files, reader, writer, workbook, sheet, cell, frame, dispatcher, words
  arguments(0).Name = "Hidden"
  arguments(0).Value = True
  workbook = StarDesktop.loadComponentFromURL(source, "_blank", 0, arguments)
  sheet = workbook.Sheets.getByIndex(0)
  frame = workbook.CurrentController.Frame
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  files = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  reader = createUnoService("com.sun.star.io.TextInputStream")
  reader.setInputStream(files.openFileRead(commands))
  reader.setEncoding("UTF-8")
  writer = createUnoService("com.sun.star.io.TextOutputStream")
  writer.setOutputStream(files.openFileWrite(answers))
  writer.setEncoding("UTF-8")
  writer.writeString("sheet" & Chr(9) & sheet.isProtected() & Chr(10))
  Do While Not reader.isEOF()
    words = Split(reader.readLine(), Chr(9))
    If UBound(words) = 2 Then
      cell = sheet.getCellRangeByName(words(1))
      Select Case words(0)
        Case "type"
          arguments(0).Name = "ToPoint"
          arguments(0).Value = words(1)
          dispatcher.executeDispatch(frame, ".uno:GoToCell", "", 0, arguments)
          arguments(0).Name = "StringName"
          arguments(0).Value = words(2)
          dispatcher.executeDispatch(frame, ".uno:EnterString", "", 0, arguments)
        Case "unlock"
          sheet.unprotect("")
        Case "paste"
          cell.setFormula(words(2))
        Case "look"
          writer.writeString(words(1) & Chr(9) & cell.CellProtection.IsLocked & Chr(9) & cell.Validation.Type & Chr(9) & cell.Validation.getFormula1() & Chr(9) & cell.Validation.getFormula2() & Chr(9) & Replace(cell.String, Chr(10), " ") & Chr(10))
      End Select
    End If
  Loop
  writer.closeOutput()
  arguments(0).Name = "FilterName"
  arguments(0).Value = filter
  workbook.storeToURL(target, arguments)
  workbook.close(True)
  StarDesktop.terminate()
End Sub
