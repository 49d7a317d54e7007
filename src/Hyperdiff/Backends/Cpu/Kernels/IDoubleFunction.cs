using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>A function of one number that is computed in double precision for both types: for float within a little more than half a unit in the last
/// place.</summary>
internal interface IDoubleFunction
{
    /// <summary>The function of every lane that <see cref="Holds"/>; no lane depends on another.</summary>
    /// <param name="x">The lanes.</param>
    /// <param name="isSingle">Whether the digits of a float are enough; a constant for the compiler.</param>
    static abstract Vector512<double> Of(Vector512<double> x, bool isSingle);

    /// <summary>Whether all lanes are where <see cref="Of"/> is the function.</summary>
    static virtual bool Holds(Vector512<double> x) => true;

    /// <summary>The function of a number elsewhere.</summary>
    static virtual double Beyond(double x, bool isSingle) => throw new UnreachableException($"the function holds everywhere, also at {x}");
}

/// <summary>The same for functions of two numbers.</summary>
internal interface IDoubleFunctionOfTwo
{
    /// <summary>The function of every pair of lanes that <see cref="Holds"/>; no lane depends on another.</summary>
    /// <param name="x">The first operand.</param>
    /// <param name="y">The second operand.</param>
    /// <param name="isSingle">Whether the digits of a float are enough; a constant for the compiler.</param>
    static abstract Vector512<double> Of(Vector512<double> x, Vector512<double> y, bool isSingle);

    /// <summary>Whether all lanes are where <see cref="Of"/> is the function.</summary>
    static virtual bool Holds(Vector512<double> x, Vector512<double> y) => true;

    /// <summary>The function of two numbers elsewhere.</summary>
    static virtual double Beyond(double x, double y) => throw new UnreachableException($"the function holds everywhere, also at {x}, {y}");
}
