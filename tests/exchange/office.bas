' Opens a file, writes texts into cells, and stores it under a filter. A line of the file of texts is the name of a sheet
' ("" for the first one), a cell and a text, with tabs between them. The options are those of CSV files.
Sub Main(source As String, opener As String, target As String, filter As String, options As String, password As String, texts As String)
  Dim opening(2) As New com.sun.star.beans.PropertyValue
  Dim storing(2) As New com.sun.star.beans.PropertyValue
  Dim reader, workbook, sheet, words
  opening(0).Name = "Hidden"
  opening(0).Value = True
  If opener <> "" Then
    opening(1).Name = "FilterName"
    opening(1).Value = opener
    opening(2).Name = "FilterOptions"
    opening(2).Value = options
  End If
  workbook = StarDesktop.loadComponentFromURL(source, "_blank", 0, opening)
  reader = createUnoService("com.sun.star.io.TextInputStream")
  reader.setInputStream(createUnoService("com.sun.star.ucb.SimpleFileAccess").openFileRead(texts))
  reader.setEncoding("UTF-8")
  Do While Not reader.isEOF()
    words = Split(reader.readLine(), Chr(9))
    If UBound(words) = 2 Then
      If words(0) = "" Then sheet = workbook.Sheets.getByIndex(0) Else sheet = workbook.Sheets.getByName(words(0))
      sheet.getCellRangeByName(words(1)).String = words(2)
    End If
  Loop
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
