namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Mathematics element by element, in the module <c>Tensor</c>; names that F# has too (<c>sin</c>, <c>exp</c>, <c>**</c>) do the same.</summary>
[<AutoOpen>]
module Elementwise =

    /// <summary>Mathematics element by element, in the module <c>Tensor</c>; names that F# has too (<c>sin</c>, <c>exp</c>, <c>**</c>) do the same.</summary>
    [<RequireQualifiedAccess>]
    module Tensor =

        /// <summary>e^x, element by element.</summary>
        [<CompiledName("Exp")>]
        let exp (tensor: Tensor) = tensor.Exp()

        /// <summary>e^x − 1, accurate near 0.</summary>
        [<CompiledName("Expm1")>]
        let expm1 (tensor: Tensor) = tensor.Expm1()

        /// <summary>The natural logarithm.</summary>
        [<CompiledName("Log")>]
        let log (tensor: Tensor) = tensor.Log()

        /// <summary>ln(1 + x), accurate near 0.</summary>
        [<CompiledName("Log1p")>]
        let log1p (tensor: Tensor) = tensor.Log1p()

        /// <summary>The logarithm to base 2.</summary>
        [<CompiledName("Log2")>]
        let log2 (tensor: Tensor) = tensor.Log2()

        /// <summary>The logarithm to base 10.</summary>
        [<CompiledName("Log10")>]
        let log10 (tensor: Tensor) = tensor.Log10()

        /// <summary>The square root.</summary>
        [<CompiledName("Sqrt")>]
        let sqrt (tensor: Tensor) = tensor.Sqrt()

        /// <summary>1/√x.</summary>
        [<CompiledName("Rsqrt")>]
        let rsqrt (tensor: Tensor) = tensor.Rsqrt()

        /// <summary>The cube root, also of negative elements.</summary>
        [<CompiledName("Cbrt")>]
        let cbrt (tensor: Tensor) = tensor.Cbrt()

        /// <summary>x².</summary>
        [<CompiledName("Square")>]
        let square (tensor: Tensor) = tensor.Square()

        /// <summary>x to the power of a number.</summary>
        [<CompiledName("Pow")>]
        let pow (exponent: float) (tensor: Tensor) = tensor.Pow exponent

        /// <summary>x to the power of an element: <c>x |> Tensor.power y</c>, the operator <c>**</c>.</summary>
        [<CompiledName("Power")>]
        let power (exponent: Tensor) (tensor: Tensor) = tensor.Pow exponent

        /// <summary>1/x.</summary>
        [<CompiledName("Reciprocal")>]
        let reciprocal (tensor: Tensor) = tensor.Reciprocal()

        /// <summary>|x|.</summary>
        [<CompiledName("Abs")>]
        let abs (tensor: Tensor) = tensor.Abs()

        /// <summary>−1, 0 or 1.</summary>
        [<CompiledName("Sign")>]
        let sign (tensor: Tensor) = tensor.Sign()

        /// <summary>The next whole number towards −∞; its derivative is 0.</summary>
        [<CompiledName("Floor")>]
        let floor (tensor: Tensor) = tensor.Floor()

        /// <summary>The next whole number towards +∞; its derivative is 0.</summary>
        [<CompiledName("Ceiling")>]
        let ceiling (tensor: Tensor) = tensor.Ceiling()

        /// <summary>The nearest whole number, halves to the even one; its derivative is 0.</summary>
        [<CompiledName("Round")>]
        let round (tensor: Tensor) = tensor.Round()

        /// <summary>The next whole number towards 0; its derivative is 0.</summary>
        [<CompiledName("Truncate")>]
        let truncate (tensor: Tensor) = tensor.Truncate()

        /// <summary>The remainder x − y ⌊x/y⌋, with the sign of the divisor y. (F#'s own <c>%</c> has the sign of the dividend.)</summary>
        [<CompiledName("Modulo")>]
        let modulo (divisor: Tensor) (tensor: Tensor) = tensor.Mod divisor

        /// <summary>√(x² + y²) without overflow of the squares.</summary>
        [<CompiledName("Hypot")>]
        let hypot (other: Tensor) (tensor: Tensor) = tensor.Hypot other

        /// <summary>The larger of two, element by element.</summary>
        [<CompiledName("Maximum")>]
        let maximum (other: Tensor) (tensor: Tensor) = tensor.Maximum other

        /// <summary>The smaller of two, element by element.</summary>
        [<CompiledName("Minimum")>]
        let minimum (other: Tensor) (tensor: Tensor) = tensor.Minimum other

        /// <summary>The elements moved into an interval.</summary>
        [<CompiledName("Clamp")>]
        let clamp (low: float) (high: float) (tensor: Tensor) = tensor.Clamp(low, high)

        /// <summary>The sine, of radians.</summary>
        [<CompiledName("Sin")>]
        let sin (tensor: Tensor) = tensor.Sin()

        /// <summary>The cosine, of radians.</summary>
        [<CompiledName("Cos")>]
        let cos (tensor: Tensor) = tensor.Cos()

        /// <summary>The tangent, of radians.</summary>
        [<CompiledName("Tan")>]
        let tan (tensor: Tensor) = tensor.Tan()

        /// <summary>The angle from −π/2 to π/2 whose sine an element is; NaN beyond ±1.</summary>
        [<CompiledName("Asin")>]
        let asin (tensor: Tensor) = tensor.Asin()

        /// <summary>The angle from 0 to π whose cosine an element is; NaN beyond ±1.</summary>
        [<CompiledName("Acos")>]
        let acos (tensor: Tensor) = tensor.Acos()

        /// <summary>The angle from −π/2 to π/2 whose tangent an element is.</summary>
        [<CompiledName("Atan")>]
        let atan (tensor: Tensor) = tensor.Atan()

        /// <summary>The angle from −π to π of the point (x, y), with y as the last argument: <c>y |> Tensor.atan2 x</c>.</summary>
        [<CompiledName("Atan2")>]
        let atan2 (x: Tensor) (y: Tensor) = y.Atan2 x

        /// <summary>The hyperbolic sine.</summary>
        [<CompiledName("Sinh")>]
        let sinh (tensor: Tensor) = tensor.Sinh()

        /// <summary>The hyperbolic cosine.</summary>
        [<CompiledName("Cosh")>]
        let cosh (tensor: Tensor) = tensor.Cosh()

        /// <summary>The hyperbolic tangent.</summary>
        [<CompiledName("Tanh")>]
        let tanh (tensor: Tensor) = tensor.Tanh()

        /// <summary>The inverse hyperbolic sine.</summary>
        [<CompiledName("Asinh")>]
        let asinh (tensor: Tensor) = tensor.Asinh()

        /// <summary>The inverse hyperbolic cosine, not negative; NaN below 1.</summary>
        [<CompiledName("Acosh")>]
        let acosh (tensor: Tensor) = tensor.Acosh()

        /// <summary>The inverse hyperbolic tangent; NaN beyond ±1.</summary>
        [<CompiledName("Atanh")>]
        let atanh (tensor: Tensor) = tensor.Atanh()

        /// <summary>1/(1 + e^−x).</summary>
        [<CompiledName("Sigmoid")>]
        let sigmoid (tensor: Tensor) = tensor.Sigmoid()

        /// <summary>ln(1 + e^x), stable for all x.</summary>
        [<CompiledName("Softplus")>]
        let softplus (tensor: Tensor) = tensor.Softplus()

        /// <summary>ln σ(x), stable for all x.</summary>
        [<CompiledName("LogSigmoid")>]
        let logSigmoid (tensor: Tensor) = tensor.LogSigmoid()

        /// <summary>max(x, 0).</summary>
        [<CompiledName("Relu")>]
        let relu (tensor: Tensor) = tensor.Relu()

        /// <summary>x for positive elements, a multiple of x for the others.</summary>
        [<CompiledName("LeakyRelu")>]
        let leakyRelu (slope: float) (tensor: Tensor) = tensor.LeakyRelu slope

        /// <summary>x for positive elements, α (e^x − 1) for the others.</summary>
        [<CompiledName("Elu")>]
        let elu (alpha: float) (tensor: Tensor) = tensor.Elu alpha

        /// <summary>x σ(x), also known as swish.</summary>
        [<CompiledName("Silu")>]
        let silu (tensor: Tensor) = tensor.Silu()

        /// <summary>x Φ(x), with the distribution function Φ of the normal distribution.</summary>
        [<CompiledName("Gelu")>]
        let gelu (tensor: Tensor) = tensor.Gelu()

        /// <summary>The approximation of x Φ(x) by a hyperbolic tangent.</summary>
        [<CompiledName("GeluTanh")>]
        let geluTanh (tensor: Tensor) = tensor.GeluTanh()

        /// <summary>The error function.</summary>
        [<CompiledName("Erf")>]
        let erf (tensor: Tensor) = tensor.Erf()

        /// <summary>1 − erf x, accurate for large x.</summary>
        [<CompiledName("Erfc")>]
        let erfc (tensor: Tensor) = tensor.Erfc()

        /// <summary>The inverse of the error function.</summary>
        [<CompiledName("ErfInv")>]
        let erfInv (tensor: Tensor) = tensor.ErfInv()

        /// <summary>The inverse of 1 − erf x.</summary>
        [<CompiledName("ErfcInv")>]
        let erfcInv (tensor: Tensor) = tensor.ErfcInv()

        /// <summary>ln |Γ(x)|.</summary>
        [<CompiledName("LogGamma")>]
        let logGamma (tensor: Tensor) = tensor.LogGamma()

        /// <summary>ψ(x), the derivative of ln Γ(x).</summary>
        [<CompiledName("Digamma")>]
        let digamma (tensor: Tensor) = tensor.Digamma()

        /// <summary>ψ⁽ⁿ⁾(x), the n-th derivative of the digamma function.</summary>
        [<CompiledName("Polygamma")>]
        let polygamma (order: int) (tensor: Tensor) = tensor.Polygamma order

        /// <summary>A mask of the elements that are neither NaN nor infinite.</summary>
        [<CompiledName("IsFinite")>]
        let isFinite (tensor: Tensor) = tensor.IsFinite()

        /// <summary>A mask of the elements that are NaN.</summary>
        [<CompiledName("IsNaN")>]
        let isNaN (tensor: Tensor) = tensor.IsNaN()

        /// <summary>The opposite of a mask.</summary>
        [<CompiledName("Not")>]
        let not (tensor: Tensor) = tensor.Not()

        /// <summary>The mask of x = y, with x as the last argument: <c>x |> Tensor.equal y</c>.</summary>
        [<CompiledName("Equal")>]
        let equal (y: Tensor) (x: Tensor) = x.Equal y

        /// <summary>The mask of x ≠ y, with x as the last argument.</summary>
        [<CompiledName("NotEqual")>]
        let notEqual (y: Tensor) (x: Tensor) = x.NotEqual y

        /// <summary>The mask of x &lt; y, with x as the last argument: <c>x |> Tensor.less y</c>.</summary>
        [<CompiledName("Less")>]
        let less (y: Tensor) (x: Tensor) = x.Less y

        /// <summary>The mask of x ≤ y, with x as the last argument: <c>x |> Tensor.lessOrEqual y</c>.</summary>
        [<CompiledName("LessOrEqual")>]
        let lessOrEqual (y: Tensor) (x: Tensor) = x.LessOrEqual y

        /// <summary>The mask of x &gt; y, with x as the last argument: <c>x |> Tensor.greater y</c>.</summary>
        [<CompiledName("Greater")>]
        let greater (y: Tensor) (x: Tensor) = x.Greater y

        /// <summary>The mask of x ≥ y, with x as the last argument: <c>x |> Tensor.greaterOrEqual y</c>.</summary>
        [<CompiledName("GreaterOrEqual")>]
        let greaterOrEqual (y: Tensor) (x: Tensor) = x.GreaterOrEqual y
