namespace Hyperdiff.Generators.Caching;

/// <summary>Of every node of a graph, a hash of all that can be reached from it: what reaches each other has one, made of its members' and of those that it
/// uses, and a place among them (R. Tarjan, SIAM J. Comput. 1 (1972), 146).</summary>
internal sealed class Closure(Surface[] surfaces, int[][] uses)
{
    private const int Unseen = -1;

    private readonly int[] _order = [.. Enumerable.Repeat(Unseen, uses.Length)];
    private readonly int[] _lowest = new int[uses.Length];
    private readonly string?[] _hashes = new string?[uses.Length];
    private readonly Stack<int> _open = new();
    private readonly int[] _place = new int[uses.Length];
    private int _count;

    /// <summary>The hashes, each with its place and what all have in common.</summary>
    public string[] Hashes(string common)
    {
        for (int node = 0; node < uses.Length; node++)
        {
            if (_order[node] == Unseen)
            {
                Visit(node);
            }
        }

        return [.. _hashes.Select((hash, node) => $"{_place[node]} {hash} {common}")];
    }

    // without recursion: files may stand in a long chain
    private void Visit(int root)
    {
        var path = new Stack<(int Node, int Next)>();
        Enter(root, path);
        while (path.Count > 0)
        {
            (int node, int next) = path.Pop();
            if (next < uses[node].Length)
            {
                path.Push((node, next + 1));
                int used = uses[node][next];
                if (_order[used] == Unseen)
                {
                    Enter(used, path);
                }
                else if (_hashes[used] is null)
                {
                    _lowest[node] = Math.Min(_lowest[node], _order[used]);
                }

                continue;
            }

            if (path.Count > 0)
            {
                int user = path.Peek().Node;
                _lowest[user] = Math.Min(_lowest[user], _lowest[node]);
            }

            if (_lowest[node] == _order[node])
            {
                Close(node);
            }
        }
    }

    private void Enter(int node, Stack<(int Node, int Next)> path)
    {
        _order[node] = _lowest[node] = _count++;
        _open.Push(node);
        path.Push((node, 0));
    }

    private void Close(int first)
    {
        var members = new List<int>();
        do
        {
            members.Add(_open.Pop());
        }
        while (members[members.Count - 1] != first);

        // in the order of the files: the first of several parts is emitted for
        members.Sort();
        IEnumerable<string?> used = members.SelectMany(member => uses[member]).Distinct().OrderBy(node => node).Select(node => _hashes[node]);
        string hash = Surface.HashOf(string.Join(" ", members.Select(member => surfaces[member].Hash).Concat(used.OfType<string>())));
        for (int i = 0; i < members.Count; i++)
        {
            _hashes[members[i]] = hash;
            _place[members[i]] = i;
        }
    }
}
