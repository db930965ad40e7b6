using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace NGram.Data.Keys;

/// <summary>Reads the keys of one column of a row, whichever of ML.NET's key types it has.</summary>
internal abstract class KeyReader
{
    /// <summary>What a missing key reads as.</summary>
    public const int Missing = -1;

    /// <summary>A reader of a key or vector-of-keys column, of any of the four key types.</summary>
    public static KeyReader Create(DataViewRow row, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(row);
        var rawType = ((column.Type as VectorDataViewType)?.ItemType ?? column.Type).RawType;
        return rawType == typeof(uint) ? new Typed<uint>(row, column)
            : rawType == typeof(ushort) ? new Typed<ushort>(row, column)
            : rawType == typeof(byte) ? new Typed<byte>(row, column)
            : new Typed<ulong>(row, column);
    }

    /// <summary>
    /// The row's keys, 0-based, <see cref="Missing"/> where there is none; as many as <paramref name="keys"/> holds.
    /// </summary>
    /// <exception cref="InvalidDataException">The row has another number of keys.</exception>
    public abstract void Read(Span<int> keys);

    /// <summary>All keys of the row, however many, 0-based, <see cref="Missing"/> where there is none.</summary>
    /// <param name="keys">Receives them from its beginning; grown where it is too short.</param>
    /// <returns>How many.</returns>
    public abstract int ReadAll(ref int[] keys);

    private sealed class Typed<T> : KeyReader where T : unmanaged, IBinaryInteger<T>
    {
        private readonly DataViewRow row;
        private readonly string name;
        private readonly ValueGetter<VBuffer<T>>? vector;
        private readonly ValueGetter<T>? scalar;
        private VBuffer<T> buffer;

        public Typed(DataViewRow row, DataViewSchema.Column column)
        {
            this.row = row;
            name = column.Name;
            if (column.Type is VectorDataViewType)
                vector = row.GetGetter<VBuffer<T>>(column);
            else
                scalar = row.GetGetter<T>(column);
        }

        public override void Read(Span<int> keys)
        {
            if (scalar is not null)
            {
                T key = default;
                scalar(ref key);
                keys[0] = TokenKey.ToToken(key);
                return;
            }
            vector!(ref buffer);
            // A view of objects takes arrays of any length for a vector of known size.
            if (buffer.Length != keys.Length)
            {
                throw new InvalidDataException(
                    $"The column '{name}' has {buffer.Length} keys in row {row.Position}; "
                    + $"it must have {keys.Length} in every row.");
            }
            Copy(keys);
        }

        public override int ReadAll(ref int[] keys)
        {
            if (scalar is not null)
            {
                Read(keys.AsSpan(0, 1));
                return 1;
            }
            vector!(ref buffer);
            if (keys.Length < buffer.Length)
                keys = new int[Math.Max(buffer.Length, 2 * keys.Length)];
            Copy(keys.AsSpan(0, buffer.Length));
            return buffer.Length;
        }

        private void Copy(Span<int> keys)
        {
            var values = buffer.GetValues();
            if (!buffer.IsDense)
            {
                keys.Fill(Missing);
                var indices = buffer.GetIndices();
                for (int i = 0; i < indices.Length; i++)
                    keys[indices[i]] = TokenKey.ToToken(values[i]);
                return;
            }
            for (int i = 0; i < keys.Length; i++)
                keys[i] = TokenKey.ToToken(values[i]);
        }
    }
}
