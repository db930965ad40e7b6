using Microsoft.ML;
using Microsoft.ML.Data;

namespace NGram.Tests.Data.Views;

[TestClass]
public sealed class WindowDataViewTests
{
    private readonly MLContext ml = new(seed: 1);

    [TestMethod]
    public void A_text_column_becomes_windows_that_do_not_cross_rows()
    {
        var data = ml.Data.LoadFromEnumerable([new Line("a b c a"), new Line("b c"), new Line(""), new Line("c b a")]);

        CollectionAssert.AreEqual(new[] { "ab>c", "bc>a", "cb>a" }, Read(ml.NGrams.Windows(data, "Text", contextWindow: 3)));
    }

    [TestMethod]
    public void Keys_of_variable_length_keep_their_values()
    {
        var data = ml.Data.LoadFromEnumerable([new Line("x y"), new Line("y y x")]);
        var keys = ml.Transforms.Text.TokenizeIntoWords("Words", "Text").Append(ml.Transforms.Conversion.MapValueToKey("Words"));
        var windows = ml.NGrams.Windows(keys.Fit(data).Transform(data), "Words", contextWindow: 2);

        CollectionAssert.AreEqual(new[] { "x>y", "y>y", "y>x" }, Read(windows));
        var context = windows.Schema["Context"];
        Assert.AreEqual(1, ((VectorDataViewType)context.Type).Size);
        Assert.AreEqual(2UL, ((KeyDataViewType)windows.Schema["Label"].Type).Count);
    }

    [TestMethod]
    public void A_word_without_a_place_in_the_vocabulary_is_missing()
    {
        var data = ml.Data.LoadFromEnumerable([new Line("a b c b")]);

        CollectionAssert.AreEqual(
            new[] { "a>b", "b>-", "->b" },
            Read(ml.NGrams.Windows(data, "Text", contextWindow: 2, vocabularySize: 2)));
    }

    [TestMethod]
    public void Each_window_has_an_id_of_its_own()
    {
        var windows = ml.NGrams.Windows(ml.Data.LoadFromEnumerable([new Line("a b a b"), new Line("a b a b")]), "Text", 2);
        using var cursor = windows.GetRowCursor([]);
        var getId = cursor.GetIdGetter();
        var ids = new HashSet<DataViewRowId>();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getId(ref id);
            Assert.IsTrue(ids.Add(id));
        }
        Assert.HasCount(6, ids);
    }

    [TestMethod]
    [DataRow("Text", 1, "contextWindow is 1; it must be at least 2")]
    [DataRow("Number", 2, "The column 'Number' is Int32; it must be a vector of keys")]
    [DataRow("No", 2, "The data has no column 'No'; it has Text, Number")]
    public void What_has_no_windows_is_refused(string column, int window, string expected)
    {
        var data = ml.Data.LoadFromEnumerable([new Line("a b")]);
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => ml.NGrams.Windows(data, column, window)).Message);
    }

    private static string[] Read(IDataView windows)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        windows.Schema["Label"].GetKeyValues(ref values);
        string Text(uint key) => key == 0 ? "-" : values.GetItemOrDefault((int)key - 1).ToString();
        using var cursor = windows.GetRowCursor(windows.Schema);
        var getContext = cursor.GetGetter<VBuffer<uint>>(windows.Schema["Context"]);
        var getLabel = cursor.GetGetter<uint>(windows.Schema["Label"]);
        var rows = new List<string>();
        VBuffer<uint> context = default;
        uint label = 0;
        while (cursor.MoveNext())
        {
            getContext(ref context);
            getLabel(ref label);
            rows.Add($"{string.Concat(context.DenseValues().Select(Text))}>{Text(label)}");
        }
        return [.. rows];
    }

    private sealed record Line(string Text, int Number = 0);
}
