using System.Reflection;

namespace Hyperdiff.Tests.Formalities;

/// <summary>A good value for every kind of parameter of the public functions, so that one bad value at a time can be put among them.</summary>
internal static class ArgumentSamples
{
    private static readonly Objective<Tensor, Tensor> s_objective = Objective.From<Tensor, Tensor>((w, h) => ((w - h).Square().Sum() + w.Square().Sum()) / 2);

    private static readonly Dictionary<Type, object> s_values = new()
    {
        [typeof(double)] = 0.5,
        [typeof(int)] = 2,
        [typeof(long)] = 1000L,
        [typeof(bool)] = false,
        [typeof(string)] = "a name",
        [typeof(Tensor)] = Tensor.From(new double[,] { { 0.5, 0.25 }, { 0.125, 0.5 } }),
        [typeof(Shape)] = new Shape(2, 2),
        [typeof(Axes)] = (Axes)1,
        [typeof(RandomKey)] = RandomKey.FromSeed(1),
        [typeof(Schedule)] = Schedule.Constant(0.5),
        [typeof(Optimizer)] = Optimizer.Sgd(0.1),
        [typeof(AdamOptimizer)] = Optimizer.Adam(),
        [typeof(LinearSolver)] = LinearSolver.ConjugateGradient(),
        [typeof(FixedPointSolver)] = FixedPoint.Iteration(),
        [typeof(RootSolver)] = Root.Newton(),
        [typeof(Minimizer)] = Minimizer.NewtonCg(),
        [typeof(StepSize)] = StepSize.Fixed(0.5),
        [typeof(Tolerance)] = new Tolerance(1e-6, 0),
        [typeof(HessianSeries)] = HessianSeries.Truncated(3, 0.5),
        [typeof(TruncatedHessianSeries)] = HessianSeries.Truncated(3, 0.5),
        [typeof(StepDerivative)] = StepDerivative.Differentiated,
        [typeof(MixedProduct)] = MixedProduct.Exact,
        [typeof(Baseline)] = Baseline.None,
        [typeof(Checkpointing)] = Checkpointing.None,
        [typeof(Padding)] = Padding.Valid,
        [typeof(DType)] = DType.Float64,
        [typeof(Bijection)] = Bijection.Exp,
        [typeof(Func<Tensor, Tensor>)] = (Tensor x) => x,
        [typeof(Func<Tensor, Tensor, Tensor>)] = (Tensor x, Tensor _) => x,
        [typeof(Func<Tensor, Tensor, Tensor, Tensor>)] = (Tensor x, Tensor _, Tensor _) => x.Sum(),
        [typeof(Objective<Tensor, Tensor>)] = s_objective,
        [typeof(FixedPointMap<Tensor, Tensor>)] = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h),
        [typeof(double[])] = new[] { 1.0, 2 },
        [typeof(int[])] = new[] { 0, 1 },
        [typeof(TensorType)] = new TensorType(DType.Float64, [2]),
        [typeof(Array)] = new double[4],
        [typeof(HostArray)] = new HostArray(new TensorType(DType.Float64, [2]), new double[4]),
    };

    /// <summary>Whether there is a good value.</summary>
    public static bool Has(ParameterInfo parameter) => parameter.HasDefaultValue || s_values.ContainsKey(Bare(parameter.ParameterType))
        || parameter.ParameterType.IsEnum;

    /// <summary>The good value.</summary>
    public static object? For(ParameterInfo parameter) =>
        s_values.TryGetValue(Bare(parameter.ParameterType), out object? value) && !parameter.HasDefaultValue ? value
        : parameter.HasDefaultValue ? parameter.DefaultValue is null && parameter.ParameterType.IsValueType
            && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? Activator.CreateInstance(parameter.ParameterType) : EnumOf(parameter)
        : Enum.GetValues(parameter.ParameterType).GetValue(0);

    /// <summary>Bad values, or what may be bad: each is to be refused by name, or on the list of what is accepted.</summary>
    public static IEnumerable<object?> Bad(ParameterInfo parameter)
    {
        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (type == typeof(double))
        {
            return [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1.0];
        }

        if (type == typeof(int))
        {
            return [int.MinValue, -1];
        }

        if (type == typeof(long))
        {
            return [long.MinValue, -1L];
        }

        if (type == typeof(Schedule))
        {
            return new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable
                ? [Schedule.Constant(-1)] : [null, Schedule.Constant(-1)];
        }

        return !type.IsValueType && new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.NotNull ? [null] : [];
    }

    private static object? EnumOf(ParameterInfo parameter) => parameter.DefaultValue is { } value && parameter.ParameterType.IsEnum
        ? Enum.ToObject(parameter.ParameterType, value) : parameter.DefaultValue;

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
