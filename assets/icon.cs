// Draws the packages' icon, a gradient within a gradient: dotnet run assets/icon.cs, from the root of the repository.
using System.Buffers.Binary;
using System.IO.Compression;

const int Size = 128, Samples = 8;
(byte R, byte G, byte B) background = (22, 40, 74), outer = (255, 255, 255), inner = (255, 159, 28);

// ∇, twice: a triangle that stands on its tip, as an outline, and a filled one within it
Point[] whole = Nabla(64, 60, 46), hole = Nabla(64, 60, 31), within = Nabla(64, 60, 17);
byte[] rows = new byte[Size * ((4 * Size) + 1)];
for (int y = 0; y < Size; y++)
{
    for (int x = 0; x < Size; x++)
    {
        (double r, double g, double b, double covered) = (0, 0, 0, 0);
        for (int sample = 0; sample < Samples * Samples; sample++)
        {
            var at = new Point(x + (((sample % Samples) + 0.5) / Samples), y + (((sample / Samples) + 0.5) / Samples));
            if (IsInRoundedSquare(at, Size, radius: 24))
            {
                (byte sr, byte sg, byte sb) = Contains(within, at) || (Contains(whole, at) && !Contains(hole, at))
                    ? Contains(within, at) ? inner : outer : background;
                (r, g, b, covered) = (r + sr, g + sg, b + sb, covered + 1);
            }
        }

        Span<byte> pixel = rows.AsSpan((y * ((4 * Size) + 1)) + 1 + (4 * x), 4);
        double share = Math.Max(covered, 1);
        (pixel[0], pixel[1], pixel[2]) = ((byte)Math.Round(r / share), (byte)Math.Round(g / share), (byte)Math.Round(b / share));
        pixel[3] = (byte)Math.Round(255 * covered / (Samples * Samples));
    }
}

using FileStream file = File.Create(Path.Combine("assets", "icon.png"));
file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
byte[] header = new byte[13];
BinaryPrimitives.WriteInt32BigEndian(header, Size);
BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Size);
(header[8], header[9]) = (8, 6);
Chunk(file, "IHDR"u8, header);
var compressed = new MemoryStream();
using (var deflate = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
{
    deflate.Write(rows);
}

Chunk(file, "IDAT"u8, compressed.ToArray());
Chunk(file, "IEND"u8, []);

// equilateral, around a center, its corners this far from it
static Point[] Nabla(double x, double y, double radius) =>
    [.. new[] { 90, 210, 330 }.Select(degrees => degrees * Math.PI / 180)
        .Select(angle => new Point(x + (radius * Math.Cos(angle)), y + (radius * Math.Sin(angle))))];

static bool Contains(Point[] triangle, Point at) => Enumerable.Range(0, 3).All(i => Side(triangle[i], triangle[(i + 1) % 3], at) >= 0);

static double Side(Point from, Point to, Point at) => ((to.X - from.X) * (at.Y - from.Y)) - ((to.Y - from.Y) * (at.X - from.X));

static bool IsInRoundedSquare(Point at, double size, double radius)
{
    double dx = Math.Max(Math.Max(radius - at.X, at.X - (size - radius)), 0), dy = Math.Max(Math.Max(radius - at.Y, at.Y - (size - radius)), 0);
    return (dx * dx) + (dy * dy) <= radius * radius;
}

static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
{
    byte[] chunk = [.. type, .. content], number = new byte[4];
    BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
    file.Write(number);
    file.Write(chunk);
    BinaryPrimitives.WriteUInt32BigEndian(number, Crc(chunk));
    file.Write(number);
}

static uint Crc(ReadOnlySpan<byte> bytes)
{
    uint crc = uint.MaxValue;
    foreach (byte value in bytes)
    {
        crc ^= value;
        for (int bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
    }

    return ~crc;
}

internal readonly record struct Point(double X, double Y);
