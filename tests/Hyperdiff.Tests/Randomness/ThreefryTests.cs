using Hyperdiff.Primitives;

namespace Hyperdiff.Tests.Randomness;

public sealed class ThreefryTests
{
    /// <summary>The lines "threefry2x32 20" of tests/kat_vectors of Random123 (D. E. Shaw Research): counter, key, words.</summary>
    [Theory]
    [InlineData(0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x6b200159, 0x99ba4efe)]
    [InlineData(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7)]
    [InlineData(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xc4923a9c, 0x483df7a0)]
    public void Block_GivesThePublishedWords(uint counter, uint stream, uint first, uint second, uint x, uint y) =>
        Assert.Equal((x, y), Threefry.Block((first, second), (counter, stream)));

    [Fact]
    public void Fill_OfEveryLength_GivesTheBlocksOfTheDefinition()
    {
        const uint First = uint.MaxValue - 3;
        (uint, uint) key = (0x13198a2e, 0x03707344);
        uint[] expected = [.. Enumerable.Range(0, 80).SelectMany(i =>
        {
            (uint x, uint y) = Threefry.Block(key, (unchecked(First + (uint)i), 5));
            return new[] { x, y };
        })];

        for (int length = 0; length < 150; length++)
        {
            uint[] words = new uint[length + 1];
            words[length] = 77;
            Threefry.Fill(key, First, 5, words.AsSpan(0, length));
            Assert.Equal([.. expected[..length], 77], words);
        }
    }
}
