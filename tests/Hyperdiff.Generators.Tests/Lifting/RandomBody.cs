using System.Globalization;
using System.Text;

namespace Hyperdiff.Generators.Tests.Lifting;

/// <summary>Writes bodies of methods at random: numbers, integers, conditions and an array, in branches and loops within each other, with jumps.</summary>
internal sealed class RandomBody(Random random)
{
    private const int Numbers = 3, Integers = 2;
    private readonly StringBuilder _text = new();
    private int _counters;
    private int _loops;

    public string Write()
    {
        _text.Append("double d0 = x, d1 = y, d2 = x * y; int i0 = n, i1 = 2; double[] a = [x, y, 1, -0.5]; ");
        Statements(random.Next(4, 8), depth: 0);
        return _text.Append(CultureInfo.InvariantCulture, $"return {Number(2)} + a[1] - d2 * a[{Place()}];").ToString();
    }

    private void Statements(int count, int depth)
    {
        for (int i = 0; i < count; i++)
        {
            Statement(depth);
        }
    }

    private void Statement(int depth)
    {
        switch (random.Next(depth < 3 ? 13 : 6))
        {
            case 0 or 1:
                Line($"{Variable()} = {Number(2)};");
                break;
            case 2:
                Line($"{Variable()} {Pick("+=", "-=", "*=")} {Number(1)};");
                break;
            case 3:
                Line($"a[{Place()}] {Pick("=", "+=")} {Number(1)};");
                break;
            case 4:
                Line($"i{random.Next(Integers)} = ({Integer()}) % 5;");
                break;
            case 5 when _loops > 0 && random.Next(3) == 0:
                Line($"if ({Condition(1)}) {{ {Pick("break;", "continue;")} }}");
                break;
            case 5 or 6 or 7:
                Block($"if ({Condition(2)})", depth);
                if (random.Next(2) == 0)
                {
                    Block("else", depth);
                }

                break;
            case 8 when random.Next(3) == 0:
                Line($"if ({Condition(1)}) {{ return {Number(1)}; }}");
                break;
            case 8 or 9 or 10:
                string counter = $"k{_counters++}";
                string count = _loops == 0 && random.Next(3) == 0 ? "260" : Pick("2", "3", "n");
                _loops++;
                Block($"for (int {counter} = 0; {counter} < {count}{(random.Next(4) == 0 ? $" && {Condition(1)}" : string.Empty)}; {counter}++)", depth,
                    $"d0 = 0.5 * d0 + {counter} * y; ");
                _loops--;
                break;
            case 11:
                Line($"{Variable()} = {Condition(1)} ? {Number(1)} : {Number(1)};");
                break;
            default:
                Line($"{Variable()} = i0 switch {{ 0 => {Number(1)}, 1 or 3 => {Number(1)}, _ => {Number(1)} }};");
                break;
        }
    }

    private void Block(string head, int depth, string first = "")
    {
        _text.Append(head).Append(" { ").Append(first);
        Statements(random.Next(1, 3), depth + 1);
        _text.Append("} ");
    }

    // values stay bounded, so that differences in rounding would not drown in infinities
    private string Number(int depth) => depth == 0 || random.Next(4) == 0
        ? Pick("x", "y", $"d{random.Next(Numbers)}", "0.75", "-2", $"a[{Place()}]", $"i{random.Next(Integers)}")
        : random.Next(9) switch
        {
            0 => $"({Number(depth - 1)} + {Number(depth - 1)})",
            1 => $"({Number(depth - 1)} - {Number(depth - 1)})",
            2 => $"Math.Sin({Number(depth - 1)}) * {Number(depth - 1)}",
            3 => $"({Number(depth - 1)} / (1 + Math.Abs({Number(depth - 1)})))",
            4 => $"Math.Tanh({Number(depth - 1)})",
            5 => $"Math.Max({Number(depth - 1)}, {Number(depth - 1)})",
            6 => $"Math.Sqrt({Number(depth - 1)})",
            7 => $"({Condition(depth - 1)} ? {Number(depth - 1)} : {Number(depth - 1)})",
            _ => $"Math.Atan2({Number(depth - 1)}, {Number(depth - 1)})",
        };

    private string Integer() => random.Next(4) switch
    {
        0 => $"i{random.Next(Integers)} + {random.Next(4)}",
        1 => $"3 * i{random.Next(Integers)} - i{random.Next(Integers)}",
        2 => $"{Condition(1)} ? i{random.Next(Integers)} : {random.Next(4)}",
        _ => $"i{random.Next(Integers)} / 2",
    };

    private string Condition(int depth) => depth == 0 || random.Next(2) == 0
        ? $"{Number(0)} {Pick("<", ">", "<=", ">=", "==", "!=")} {Number(0)}"
        : random.Next(4) switch
        {
            0 => $"({Condition(depth - 1)} && {Condition(depth - 1)})",
            1 => $"({Condition(depth - 1)} || {Condition(depth - 1)})",
            2 => $"!({Condition(depth - 1)})",
            _ => $"i{random.Next(Integers)} {Pick("<", ">", "==")} {random.Next(4)}",
        };

    private string Place() => Pick("0", "1", "2", "3", $"Math.Abs(i{random.Next(Integers)}) % 4");

    private string Variable() => $"d{random.Next(Numbers)}";

    private string Pick(params string[] among) => among[random.Next(among.Length)];

    private void Line(string statement) => _text.Append(statement).Append(' ');
}
