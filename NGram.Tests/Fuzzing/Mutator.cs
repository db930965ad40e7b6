using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace NGram.Tests.Fuzzing;

/// <summary>Files with a few faults, the same ones for the same seed.</summary>
internal sealed partial class Mutator(int seed)
{
    private static readonly string[] Extremes =
    [
        "0",
        "-0",
        "-1",
        "1",
        "2",
        "65535",
        "65536",
        "2147483647",
        "2147483648",
        "4294967295",
        "9223372036854775807",
        "18446744073709551616",
        "1e400",
        "1e-400",
        "0.5",
        "null",
        "true",
        "\"x\"",
        "\"\"",
        "[]",
        "{}",
        "NaN",
    ];

    private static readonly byte[] Signs = [.. "\"\n\r,\t{}[]0123456789-.:e\\"u8];

    private readonly Random random = new(seed);

    /// <summary>One to three faults in the bytes: changed, removed, added, cut off or copied from elsewhere.</summary>
    public byte[] Bytes(byte[] whole)
    {
        var bytes = whole.ToList();
        for (int faults = random.Next(1, 4); faults > 0 && bytes.Count > 0; faults--)
        {
            int at = random.Next(bytes.Count);
            int some = random.Next(Math.Min(20, bytes.Count - at) + 1);
            switch (random.Next(9))
            {
                case 0:
                    bytes.RemoveRange(at, some);
                    break;
                case 1:
                    bytes.RemoveRange(at, random.Next(10) == 0 ? bytes.Count - at : Math.Min(1, some));
                    break;
                case 2:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 3:
                    bytes.Insert(at, Signs[random.Next(Signs.Length)]);
                    break;
                case 4:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, some));
                    break;
                case 5:
                    for (int i = at; i < at + some; i++)
                        bytes[i] = 0xFF;
                    break;
                case 6:
                    bytes[at] = Signs[random.Next(Signs.Length)];
                    break;
                case 7:
                    bytes[at] = (byte)random.Next(256);
                    break;
                default:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }
        return [.. bytes];
    }

    /// <summary>As <see cref="Bytes"/>, or a number or a word of the text in place of which stands an extreme one.</summary>
    public byte[] Text(byte[] whole)
    {
        if (random.Next(2) == 0)
            return Bytes(whole);
        string text = Encoding.UTF8.GetString(whole);
        var values = Values().Matches(text);
        if (values.Count == 0)
            return Bytes(whole);
        var value = values[random.Next(values.Count)];
        return Encoding.UTF8.GetBytes(
            string.Concat(
                text.AsSpan(0, value.Index),
                Extremes[random.Next(Extremes.Length)],
                text.AsSpan(value.Index + value.Length)));
    }

    /// <summary>
    /// As <see cref="Bytes"/>, or <see cref="Text"/> in the header of a .safetensors file, whose length stays right.
    /// </summary>
    public byte[] Safetensors(byte[] whole)
    {
        if (random.Next(2) == 0)
            return Bytes(whole);
        int end = sizeof(ulong) + (int)BinaryPrimitives.ReadUInt64LittleEndian(whole);
        byte[] header = Text(whole[sizeof(ulong)..end]);
        byte[] length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        return [.. length, .. header, .. whole[end..]];
    }

    [GeneratedRegex("-?[0-9]+(\\.[0-9]+)?|null|true|false|\"[^\"]*\"")]
    private static partial Regex Values();
}
