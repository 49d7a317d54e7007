using System.Reflection;

namespace Hyperdiff.Tests.Descents;

/// <summary>Every number of every descent that follows a function of the caller's is looked at before the step that would use it.</summary>
public sealed class DescentScheduleTests
{
    private static readonly Objective<Tensor, Tensor> s_objective = Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum());

    private static readonly MethodInfo[] s_factories =
    [
        .. typeof(Descent).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => typeof(Descent).IsAssignableFrom(method.ReturnType) && !method.IsGenericMethod),
    ];

    public static TheoryData<string, string> Numbers
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (MethodInfo factory in s_factories)
            {
                foreach (ParameterInfo parameter in factory.GetParameters().Where(parameter => IsSchedule(parameter) || IsSeries(parameter)))
                {
                    data.Add(factory.Name, parameter.Name!);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void ANumberThatTurnsNegative_IsRefusedWithItsStep(string name, string parameter)
    {
        MethodInfo factory = s_factories.Single(method => method.Name == name);
        Schedule falling = Schedule.From(t => 0.3125 - (0.125 * t));
        var descent = (Descent)factory.Invoke(null, [.. factory.GetParameters().Select(one => one.Name == parameter ? Falling(one, falling) : Plain(one))])!;

        int made = 0;
        string message = Assert.Throws<ArgumentException>(() => Run(descent with { MaxSteps = 10, Tolerance = 0 }, () => made++)).Message;
        Assert.Equal("Schedule.From: the function returned -0.0625 after 3 steps; numbers of optimizers are finite and not negative.", message);
        Assert.Equal(3, made);
    }

    private static bool IsSchedule(ParameterInfo parameter) => parameter.ParameterType == typeof(Schedule);

    private static bool IsSeries(ParameterInfo parameter) => parameter.ParameterType == typeof(HessianSeries);

    private static object Falling(ParameterInfo parameter, Schedule falling) => IsSeries(parameter) ? HessianSeries.Truncated(3, falling) : falling;

    private static object? Plain(ParameterInfo parameter) => parameter.ParameterType switch
    {
        _ when parameter.ParameterType == typeof(int) => 3,
        _ when IsSeries(parameter) => HessianSeries.Random(3, 0.2),
        _ when IsSchedule(parameter) => (Schedule)0.1,
        _ => parameter.DefaultValue,
    };

    private static void Run(Descent descent, Action told)
    {
        (Tensor start, Tensor hyper) = (Tensor.From([0.9]), Tensor.From([0.2]));
        var progress = new Told(told);
        _ = descent switch
        {
            SabaDescent saba => saba.Steps(Bilevel.Problem(FiniteSum.Of(s_objective), FiniteSum.Of(s_objective)), start, hyper).Run(progress),
            StochasticDescent stochastic => stochastic.Steps(Bilevel.Problem(s_objective, s_objective), start, hyper).Run(progress),
            _ => ((ExactDescent)descent).Steps(Bilevel.Problem(s_objective, s_objective), start, hyper).Run(progress),
        };
    }

    private sealed class Told(Action told) : IProgress<DescentProgress<Tensor, Tensor>>
    {
        public void Report(DescentProgress<Tensor, Tensor> value) => told();
    }
}
