namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Angles of any size, less a whole number of quarter turns (Payne and Hanek 1983, Radian reduction for trigonometric functions, SIGNUM Newsletter
/// 18, 19–24).</summary>
/// <remarks>
/// x = m 2ᵉ with a whole m of 53 bits. Of <c>x · 2/π</c> only the last two bits before the point and what is behind it count, so bits of 2/π whose product
/// with 2ᵉ is a multiple of 4 are left out, and 192 of the others are enough: no double is closer to a multiple of π/2 than 2⁻⁶².
/// </remarks>
internal static class LargeAngle
{
    // 2/π: bits before the point, and those behind it
    private static readonly ulong[] s_perHalfPi =
    [
        0,
        0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041, 0xFE5163ABDEBBC561, 0xB7246E3A424DD2E0,
        0x06492EEA09D1921C, 0xFE1DEB1CB129A73E, 0xE88235F52EBB4484, 0xE99C7026B45F7E41, 0x3991D639835339F4,
        0x9C845F8BBDF9283B, 0x1FF897FFDE05980F, 0xEF2F118B5A0A6D1F, 0x6D367ECF27CB09B7, 0x4F463F669E5FEA2D,
        0x7527BAC7EBE5F17B, 0x3D0739F78A5292EA, 0x6BFB5FB11F8D5D08, 0x56033046FC7B6BAB, 0xF0CFBC209AF4361D,
    ];

    /// <summary>Quarter turns modulo 4, and the rest, at most π/4 in size, as the sum of two numbers; NaN for what is not finite.</summary>
    /// <param name="x">The angle; of size 1 at least.</param>
    public static (long Quadrant, double High, double Low) Of(double x)
    {
        if (!double.IsFinite(x))
        {
            return (0, double.NaN, 0);
        }

        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)((bits >> 52) & 2047) - 1075;
        ulong whole = ((ulong)bits & ((1UL << 52) - 1)) | (1UL << 52);

        // 192 bits of 2/π, the first of which stands for 2 in the product with 2ᵉ
        ulong a = Word(exponent - 2), b = Word(exponent + 62), c = Word(exponent + 126);
        UInt128 lowest = (UInt128)whole * c, middle = ((UInt128)whole * b) + (ulong)(lowest >> 64);
        UInt128 product = ((UInt128)((whole * a) + (ulong)(middle >> 64)) << 64) | (ulong)middle;
        ulong quarters = (ulong)(product >> 126);
        UInt128 behind = (product << 2) | ((ulong)lowest >> 62);

        // to the nearest: a rest from 1/2 on is negative
        bool isUpper = (behind >> 127) != 0;
        double sign = isUpper ? -1 : 1;
        quarters += isUpper ? 1UL : 0;
        behind = isUpper ? UInt128.Zero - behind : behind;

        // the leading bits, and as many behind them, times π/2
        int zeros = (int)UInt128.LeadingZeroCount(behind);
        behind <<= zeros;
        double scale = Math.ScaleB(sign, -zeros), high = Math.ScaleB((ulong)(behind >> 75), -53), low = Math.ScaleB((ulong)((behind << 53) >> 75), -106);
        double leading = high * (Math.PI / 2);
        double rest = Math.FusedMultiplyAdd(high, Math.PI / 2, -leading) + ((high * Arc.HalfPiRest) + (low * (Math.PI / 2)));
        double sum = leading + rest;
        rest -= sum - leading;
        return x < 0 ? (-(long)(quarters & 3), -(scale * sum), -(scale * rest)) : ((long)(quarters & 3), scale * sum, scale * rest);
    }

    // 64 bits of 2/π from a place behind the point on, or up to 64 before it
    private static ulong Word(int place)
    {
        (int word, int shift) = Math.DivRem(place + 64, 64);
        return shift == 0 ? s_perHalfPi[word] : (s_perHalfPi[word] << shift) | (s_perHalfPi[word + 1] >> (64 - shift));
    }
}
