using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The subscripts of an Einstein sum and the shapes they are for, read: a letter for every axis of every operand and of the result, a size for every
/// letter.</summary>
/// <remarks>An axis that an ellipsis stands for gets a letter of its own, counted from the last of them as broadcasting counts.</remarks>
internal sealed class EinsumSubscripts
{
    private const string Ellipsis = "...";
    private const char FirstEllipsisAxis = '\uE000';

    private readonly string _text;
    private readonly Dictionary<char, (int Size, int Operand)> _sizes = [];

    /// <summary>Reads subscripts.</summary>
    /// <param name="text"><c>ij,jk->ik</c>.</param>
    /// <param name="operands">The tensors that they are for.</param>
    /// <exception cref="ArgumentException">The text is not well formed, or is not for so many operands.</exception>
    /// <exception cref="ShapeMismatchException">The axes or sizes of the operands do not fit.</exception>
    public EinsumSubscripts(string text, ReadOnlySpan<Tensor> operands)
    {
        _text = text;
        string[] sides = text.Replace(" ", string.Empty, StringComparison.Ordinal).Split("->");
        string[] terms = sides[0].Split(',');
        if (sides.Length > 2 || terms.Length != operands.Length)
        {
            throw new ArgumentException(
                $"{Self}: {(sides.Length > 2 ? "more than one ->" : $"subscripts for {terms.Length} operands, but {operands.Length} were given")}; write one "
                    + $"term per operand, as in ij,jk->ik.",
                nameof(text));
        }

        Operands = new string[terms.Length];
        int stretched = 0;
        for (int i = 0; i < terms.Length; i++)
        {
            int named = RequireLetters(terms[i]);
            int rank = operands[i].Rank;
            bool open = terms[i].Contains(Ellipsis, StringComparison.Ordinal);
            if (open ? named > rank : named != rank)
            {
                throw Mismatch(
                    $"subscripts '{terms[i]}' name {named} axes, but operand {i} of shape {operands[i].Shape} has {rank}; name every axis, or use ...",
                    operands);
            }

            stretched = Math.Max(stretched, rank - named);
            Operands[i] = terms[i].Replace(Ellipsis, EllipsisAxes(rank - named), StringComparison.Ordinal);
            Record(i, operands);
        }

        Result = sides.Length == 1 ? Implicit(stretched)
            : Explicit(sides[1], stretched, Array.Exists(terms, term => term.Contains(Ellipsis, StringComparison.Ordinal)));
    }

    /// <summary>For each operand the letters of its axes.</summary>
    public string[] Operands { get; }

    /// <summary>The letters of the result's axes.</summary>
    public string Result { get; }

    private string Self => $"Einsum \"{_text}\"";

    /// <summary>The size of the axes with a letter.</summary>
    public int Size(char letter) => _sizes[letter].Size;

    /// <summary>Whether the axis with this letter stretches where its size is 1.</summary>
    public static bool Stretches(char letter) => letter >= FirstEllipsisAxis;

    // the letters of so many axes under an ellipsis; the last one has the first letter
    private static string EllipsisAxes(int count) => string.Concat(Enumerable.Range(0, count).Reverse().Select(i => (char)(FirstEllipsisAxis + i)));

    private int RequireLetters(string term)
    {
        int ellipsis = term.IndexOf(Ellipsis, StringComparison.Ordinal);
        string letters = ellipsis < 0 ? term : term.Remove(ellipsis, Ellipsis.Length);
        foreach (char letter in letters)
        {
            if (!char.IsAsciiLetter(letter))
            {
                throw new ArgumentException($"{Self}: '{letter}' in '{term}' is not a subscript; use letters a–z and A–Z, and at most one ... per term.",
                    nameof(term));
            }
        }

        return letters.Length;
    }

    private void Record(int operand, ReadOnlySpan<Tensor> operands)
    {
        Shape shape = operands[operand].Shape;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            char letter = Operands[operand][axis];
            if (!_sizes.TryGetValue(letter, out (int Size, int Operand) known) || (Stretches(letter) && known.Size == 1))
            {
                _sizes[letter] = (shape[axis], operand);
            }
            else if (known.Size != shape[axis] && !(Stretches(letter) && shape[axis] == 1))
            {
                string where =
                    $"size {known.Size} in operand {known.Operand} of shape {operands[known.Operand].Shape} "
                        + $"and size {shape[axis]} in operand {operand} of shape {shape}";
                throw Mismatch(Stretches(letter)
                    ? $"an axis under the ellipsis has {where}, which do not broadcast" : $"subscript '{letter}' has {where}; they must agree", operands);
            }
        }
    }

    // what occurs once stays, in alphabetical order
    private string Implicit(int stretched) => EllipsisAxes(stretched) + string.Concat(
        Operands.SelectMany(letters => letters).Where(letter => !Stretches(letter)).GroupBy(letter => letter).Where(group => group.Count() == 1)
            .Select(group => group.Key).Order());

    private string Explicit(string term, int stretched, bool stretches)
    {
        RequireLetters(term);
        bool open = term.Contains(Ellipsis, StringComparison.Ordinal);
        if (open ? !stretches : stretched > 0)
        {
            throw new ArgumentException(
                $"{Self}: {(open ? "the result has ... and no operand has" : "operands have ... and the result has not")}; write it on both sides, or sum over "
                    + $"the axes first.", nameof(term));
        }

        foreach (char letter in term.Replace(Ellipsis, string.Empty, StringComparison.Ordinal))
        {
            if (!_sizes.ContainsKey(letter) || term.IndexOf(letter, StringComparison.Ordinal) != term.LastIndexOf(letter))
            {
                throw new ArgumentException(
                    $"{Self}: '{letter}' of the result '{term}' {(_sizes.ContainsKey(letter) ? "stands there twice" : "is a subscript of no operand")}; the "
                        + $"result names axes of the operands, each once.",
                    nameof(term));
            }
        }

        return term.Replace(Ellipsis, EllipsisAxes(stretched), StringComparison.Ordinal);
    }

    private ShapeMismatchException Mismatch(string what, ReadOnlySpan<Tensor> operands) =>
        new(Trace.Labels(operands) is { } labels ? $"{Self}: {what} {labels}." : $"{Self}: {what}.");
}
