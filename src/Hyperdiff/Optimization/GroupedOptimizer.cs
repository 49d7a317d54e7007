using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>A rule of its own for some leaves, and another one for the rest: parameter groups. See <see cref="Optimizer.Grouped"/>.</summary>
/// <param name="Rest">The rule of the leaves that no group names.</param>
/// <param name="Groups">A leaf and its rule. A leaf is named as in messages, <c>Penalty.LogL2</c>, or by the end of that name, <c>LogL2</c>; a structure's
/// name stands for all of its leaves.</param>
internal sealed record GroupedOptimizer(Optimizer Rest, ImmutableArray<(string Leaf, Optimizer Rule)> Groups) : Optimizer
{
    /// <summary>The rule of the leaves that no group names.</summary>
    public Optimizer Rest { get; init => field = Allowed.Given(value, nameof(Rest)); } = Allowed.Given(Rest, nameof(Rest));

    /// <summary>A leaf and its rule.</summary>
    public ImmutableArray<(string Leaf, Optimizer Rule)> Groups { get; init => field = Checked(value); } = Checked(Groups);

    internal override ImmutableArray<Schedule> Schedules => [.. Rest.Schedules, .. Groups.SelectMany(group => group.Rule.Schedules)];

    internal override ImmutableArray<Delegate> Functions => [.. Rest.Functions, .. Groups.SelectMany(group => group.Rule.Functions)];

    internal override int Slots => Groups.Max(group => Math.Max(group.Rule.Slots, Rest.Slots));

    internal override string Rule => $"{Rest.Rule}({string.Join(", ", Groups.Select(group => $"{group.Leaf}: {group.Rule.Rule}"))})";

    /// <inheritdoc/>
    public override string ToString() => $"{Rest}, but {string.Join(", ", Groups.Select(group => $"{group.Leaf} by {group.Rule}"))}";

    internal override void Require(IReadOnlyList<Leaf> parameters)
    {
        var taken = new Dictionary<string, string>();
        foreach ((string name, _) in Groups)
        {
            string[] matched = [.. parameters.Where(leaf => leaf.IsActive && LeafNames.Match(leaf.Name, name)).Select(leaf => leaf.Name)];
            if (matched.Length == 0)
            {
                throw new ArgumentException(
                    $"Optimizer.Grouped: no leaf is named '{name}'; those that move are {LeafNames.List(parameters)}.");
            }

            foreach (string leaf in matched)
            {
                if (!taken.TryAdd(leaf, name))
                {
                    throw new ArgumentException($"Optimizer.Grouped: leaf {leaf} is in the group '{taken[leaf]}' and in '{name}'; leave it out of one.");
                }
            }
        }
    }

    internal override Optimizer Of(string leaf)
    {
        int group = GroupOf(leaf);
        return (group < 0 ? Rest : Groups[group].Rule).Of(leaf);
    }

    internal override Tensor[] Prepare(string[] leaves, Tensor[] gradients)
    {
        var prepared = (Tensor[])gradients.Clone();
        foreach ((Optimizer rule, int[] members) in Members(leaves))
        {
            Tensor[] own = rule.Prepare(Array.ConvertAll(members, i => leaves[i]), Array.ConvertAll(members, i => gradients[i]));
            for (int k = 0; k < members.Length; k++)
            {
                prepared[members[k]] = own[k];
            }
        }

        return prepared;
    }

    internal override (Tensor Parameter, Tensor[] Memory) Update(Tensor taken, Tensor x, Tensor gradient, Tensor[] memory) =>
        throw new System.Diagnostics.UnreachableException("A leaf is moved by the rule of its group.");

    private IEnumerable<(Optimizer Rule, int[] Members)> Members(string[] leaves) => Enumerable.Range(0, leaves.Length).GroupBy(i => GroupOf(leaves[i]))
        .Select(group => (group.Key < 0 ? Rest : Groups[group.Key].Rule, group.ToArray()));

    private int GroupOf(string leaf)
    {
        for (int i = 0; i < Groups.Length; i++)
        {
            if (LeafNames.Match(leaf, Groups[i].Leaf))
            {
                return i;
            }
        }

        return -1;
    }

    private static ImmutableArray<(string Leaf, Optimizer Rule)> Checked(ImmutableArray<(string Leaf, Optimizer Rule)> groups)
    {
        if (groups.IsDefaultOrEmpty)
        {
            throw new ArgumentException("Optimizer.Grouped: there is no group; pass (\"name of a leaf\", rule), or use the rule itself.", nameof(groups));
        }

        foreach ((string leaf, Optimizer rule) in groups)
        {
            ArgumentException.ThrowIfNullOrEmpty(leaf, nameof(groups));
            ArgumentNullException.ThrowIfNull(rule, nameof(groups));
        }

        return groups;
    }
}
