using NGram.Data.Text;
using Parquet.Data;
using Parquet.Schema;

namespace NGram.Data.Files.Rows;

/// <summary>The tokens of one column of a row group, row by row: one each, or a list.</summary>
internal sealed class ParquetTokens
{
    private const int Missing = -1;

    private readonly int[] tokens;
    private readonly int[]? begins; // of the rows, where they are lists
    private int next;

    private ParquetTokens(int[] tokens, int[]? begins)
    {
        this.tokens = tokens;
        this.begins = begins;
    }

    /// <summary>How many rows there are.</summary>
    public int Rows => begins is null ? tokens.Length : begins.Length - 1;

    /// <summary>The tokens of the next row, -1 where one is missing.</summary>
    public ReadOnlySpan<int> Next()
    {
        int at = next++;
        return begins is null ? tokens.AsSpan(at, 1) : tokens.AsSpan(begins[at], begins[at + 1] - begins[at]);
    }

    /// <exception cref="InvalidDataException">A value is not a token, or the column holds neither numbers nor text.</exception>
    public static ParquetTokens Of(DataField field, RawColumnData data, ITokenFinder texts, Func<int, string> place)
    {
        int[] values = Values(data, texts, place);
        if (field.MaxRepetitionLevel > 0)
            return OfLists(field, data, values);
        if (field.MaxDefinitionLevel == 0)
            return new(values, null);
        var (tokens, used) = (new int[data.DefinitionLevels.Length], 0);
        for (int i = 0; i < tokens.Length; i++)
            tokens[i] = data.DefinitionLevels[i] == field.MaxDefinitionLevel ? values[used++] : Missing;
        return new(tokens, null);
    }

    private static ParquetTokens OfLists(DataField field, RawColumnData data, int[] values)
    {
        var (tokens, begins) = (new List<int>(), new List<int>());
        for (var (i, used) = (0, 0); i < data.RepetitionLevels.Length; i++)
        {
            if (data.RepetitionLevels[i] == 0)
                begins.Add(tokens.Count);
            // An empty or missing list has an entry, and no token.
            if (field.MaxDefinitionLevel == 0 || data.DefinitionLevels[i] == field.MaxDefinitionLevel)
                tokens.Add(values[used++]);
        }
        begins.Add(tokens.Count);
        return new([.. tokens], [.. begins]);
    }

    private static int[] Values(RawColumnData data, ITokenFinder texts, Func<int, string> place)
    {
        int[] Numbers<T>(ReadOnlySpan<T> values, Func<T, long> convert)
        {
            int[] result = new int[values.Length];
            for (int i = 0; i < result.Length; i++)
            {
                int entry = i;
                result[i] = texts.Find(convert(values[i]), () => place(entry));
            }
            return result;
        }
        int[] Texts(ReadOnlySpan<ReadOnlyMemory<char>> values)
        {
            int[] result = new int[values.Length];
            for (int i = 0; i < result.Length; i++)
            {
                int entry = i;
                result[i] = texts.Find(values[i].Span, () => place(entry));
            }
            return result;
        }
        return data switch
        {
            RawColumnData<int> column => Numbers<int>(column.Values, value => value),
            RawColumnData<long> column => Numbers<long>(column.Values, value => value),
            RawColumnData<short> column => Numbers<short>(column.Values, value => value),
            RawColumnData<ushort> column => Numbers<ushort>(column.Values, value => value),
            RawColumnData<byte> column => Numbers<byte>(column.Values, value => value),
            RawColumnData<sbyte> column => Numbers<sbyte>(column.Values, value => value),
            RawColumnData<uint> column => Numbers<uint>(column.Values, value => value),
            RawColumnData<ReadOnlyMemory<char>> column => Texts(column.Values),
            _ => throw new InvalidDataException(
                $"{place(0)}: values of type {data.GetType().GenericTypeArguments.FirstOrDefault()?.Name} are not tokens; "
                + "whole numbers or text are needed."),
        };
    }
}
