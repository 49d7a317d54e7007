using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Primitives;

/// <summary>An Einstein sum that is written by numbers, so that a property test can draw and shrink it; and what it means.</summary>
/// <param name="Subscripts">The text.</param>
/// <param name="Operands">The operands.</param>
/// <param name="Terms">For each operand the letters of its axes, those under an ellipsis as digits, 0 for the last.</param>
/// <param name="Result">The letters of the result's axes.</param>
internal sealed record EinsumCase(string Subscripts, Tensor[] Operands, string[] Terms, string Result)
{
    private const string Letters = "abCd";
    private const string Stretching = "10";
    private static readonly Dictionary<char, int> s_sizes = new() { ['a'] = 2, ['b'] = 3, ['C'] = 1, ['d'] = 2, ['1'] = 2, ['0'] = 3 };

    /// <summary>Additions and multiplications of one element of the result, whatever their order.</summary>
    public double Roundings => s_sizes.Values.Aggregate(1, (product, size) => product * size) + Operands.Length;

    /// <summary>Up to three operands with up to four letters each; a fifth of the numbers are an ellipsis for no, one or two axes, some of size 1.</summary>
    public static EinsumCase From(byte[][] terms, byte[] result)
    {
        (string Text, string Letters, Shape Shape)[] operands = [.. terms.Take(3).DefaultIfEmpty([0]).Select(Term)];
        bool open = operands.Any(operand => operand.Text.Contains('.', StringComparison.Ordinal));
        string stretched = Stretching[(2 - operands.Max(operand => operand.Letters.Count(char.IsDigit)))..];
        string all = string.Concat(operands.Select(operand => operand.Letters));
        string letters = string.Concat(result.Select(number => Letters[number % 4]).Distinct().Where(all.Contains));
        string inputs = string.Join(",", operands.Select(operand => operand.Text));
        Tensor[] tensors = [.. operands.Select((operand, i) => Tensor.From(OperandSample.Spread(operand.Shape.ElementCount, -2, 2, i), operand.Shape))];
        string[] own = [.. operands.Select(operand => operand.Letters)];
        if (result.Length % 3 == 0)
        {
            string once = string.Concat(Letters.Order().Where(letter => all.Count(other => other == letter) == 1));
            return new(inputs, tensors, own, stretched + once);
        }

        bool first = result.Length % 3 == 1;
        return new($"{inputs}->{(open && first ? "..." : string.Empty)}{letters}{(open && !first ? "..." : string.Empty)}", tensors, own,
            first ? stretched + letters : letters + stretched);
    }

    /// <summary>The shape, the sums, and the sums of the sizes of their terms.</summary>
    public (Shape Shape, double[] Sums, double[] Sizes) Loop()
    {
        char[] letters = [.. Terms.SelectMany(term => term).Distinct()];
        Dictionary<char, int> full = letters.ToDictionary(letter => letter, letter => Operands.Zip(Terms).Max(pair => SizeIn(pair.First, pair.Second, letter)));
        Shape shape = [.. Result.Select(letter => full[letter])];
        (double[] sums, double[] sizes) = (new double[shape.ElementCount], new double[shape.ElementCount]);
        var index = letters.ToDictionary(letter => letter, _ => 0);
        for (int round = 0; round < full.Values.Aggregate(1, (product, size) => product * size); round++)
        {
            int rest = round;
            foreach (char letter in letters)
            {
                (rest, index[letter]) = Math.DivRem(rest, full[letter]);
            }

            double term = Operands.Zip(Terms).Aggregate(1.0,
                (product, pair) => product * pair.First.ToArray<double>()[Position(pair.First.Shape, pair.Second, index)]);
            sums[Position(shape, Result, index)] += term;
            sizes[Position(shape, Result, index)] += Math.Abs(term);
        }

        return (shape, sums, sizes);
    }

    private static (string Text, string Letters, Shape Shape) Term(byte[] numbers)
    {
        (string text, string letters, List<int> sizes) = (string.Empty, string.Empty, []);
        foreach (byte number in numbers.Take(4))
        {
            if (number % 5 < 4)
            {
                char letter = Letters[number % 5];
                (text, letters) = (text + letter, letters + letter);
                sizes.Add(s_sizes[letter]);
            }
            else if (!text.Contains('.', StringComparison.Ordinal))
            {
                string stretched = Stretching[(number / 5 % 3)..];
                (text, letters) = (text + "...", letters + stretched);
                sizes.AddRange(stretched.Select((letter, i) => (number / 15 >> i) % 2 == 0 ? s_sizes[letter] : 1));
            }
        }

        return (text, letters, [.. sizes]);
    }

    private static int SizeIn(Tensor operand, string term, char letter) => term.Contains(letter, StringComparison.Ordinal)
        ? operand.Shape[term.IndexOf(letter, StringComparison.Ordinal)] : 0;

    private static int Position(Shape shape, string term, Dictionary<char, int> index)
    {
        int position = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            position = (position * shape[axis]) + (shape[axis] == 1 ? 0 : index[term[axis]]);
        }

        return position;
    }
}
