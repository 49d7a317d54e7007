namespace Hyperdiff.Generators.Tests.Analyzers;

/// <summary>Methods that are pure, and methods that are not, each for another reason. Every case is a body of <c>Step</c> and what it needs around it.</summary>
internal static class PurityCorpus
{
    public const string Usings = """
        using System; using System.Buffers; using System.Collections; using System.Collections.Generic; using System.Collections.Immutable;
        using System.Collections.ObjectModel; using System.Diagnostics; using System.IO; using System.Linq; using System.Numerics;
        using System.Runtime.CompilerServices; using System.Runtime.InteropServices; using System.Text; using System.Threading; using System.Threading.Tasks;
        """;

    public static string Source(string body, string members, string types) => $$"""
        {{Usings}}
        [Tree] public sealed partial record Pair(Tensor A, Tensor B);
        {{types}}
        public static unsafe partial class Model
        {
            {{members}}

            [FixedPointMap] static Tensor Step(Tensor w, Tensor h, Tensor[] data, int n, string text) { {{body}} return w; }
        }
        """;

    /// <summary>Name, body, members of the class, other types.</summary>
    public static readonly (string Name, string Body, string Members, string Types)[] Pure =
    [
        ("an array that a helper made", "var x = Make(n); x[0] = 1;", "static double[] Make(int n) => new double[n];", ""),
        ("an array that a helper made and another fills", "var x = Make(n); Fill(x); x[1] += 2;", "static double[] Make(int n) { var made = new double[n]; return made; } static void Fill(double[] x) { for (int i = 0; i < x.Length; i++) x[i] = i; }", ""),
        ("a list of a local object", "var b = new Bag(); b.Items.Add(1); b.Add(2);", "", "sealed class Bag { public List<int> Items { get; } = new(); public void Add(int x) => Items.Add(x); }"),
        ("a fluent builder of text", "var s = new StringBuilder(); s.Append(n).Append(\"x\").AppendLine().Insert(0, 1); text = s.ToString();", "", ""),
        ("memory on the stack", "Span<double> s = stackalloc double[3]; s[0] = 1; s.Fill(2); double* p = stackalloc double[2]; p[0] = 1; *p = 3;", "", ""),
        ("deconstruction into locals", "var (a, b) = (h, w); (a, b) = (b, a); (Tensor c, (Tensor d, int e)) = (a, (b, n));", "", ""),
        ("a deconstructor of one's own", "var (a, b) = new Two(w, h); a = a + b;", "", "sealed class Two(Tensor a, Tensor b) { public void Deconstruct(out Tensor x, out Tensor y) { x = a; y = b; } }"),
        ("an indexer of one's own", "var g = new Grid(2); g[0, 1] = 2; g[1, 1] += g[0, 1]; g[0, 0]++;", "", "sealed class Grid(int n) { private readonly double[] _x = new double[n * n]; private readonly int _n = n; public double this[int i, int j] { get => _x[i * _n + j]; set => _x[i * _n + j] = value; } }"),
        ("values copied out of a tensor", "var x = new double[w.Count]; w.AsSpan<double>().CopyTo(x); w.CopyTo<double>(x); if (x[0] > 1) w = w + h;", "", ""),
        ("a stream in memory", "using var m = new MemoryStream(); m.WriteByte(1); using var b = new BinaryWriter(m); b.Write(2.0); var a = m.ToArray(); a[0] = 1;", "", ""),
        ("writers and readers of text in memory", "using var t = new StringWriter(); t.Write(1); using var r = new StringReader(\"a\"); text = r.ReadLine() + t;", "", ""),
        ("a copy in place of a parameter", "data = (Tensor[])data.Clone(); data[0] = h;", "", ""),
        ("a copy by ToArray", "var x = data.ToArray(); x[0] = h; Array.Reverse(x);", "", ""),
        ("a copy by slicing", "var x = data[1..]; x[0] = h; var y = data[..^1]; y[0] = w;", "", ""),
        ("a copy by a spread", "Tensor[] x = [.. data, h]; x[0] = w; List<Tensor> y = [.. data]; y.Add(h);", "", ""),
        ("a copy by Array.Copy", "var x = new Tensor[data.Length]; Array.Copy(data, x, n); x[0] = h; data.CopyTo(x, 0);", "", ""),
        ("rows of rows", "var x = new double[n][]; for (int i = 0; i < n; i++) { x[i] = new double[n]; x[i][0] = i; } foreach (var row in x) row[0]++;", "", ""),
        ("a copy in one branch of two", "var x = n > 0 ? data.ToArray() : new Tensor[2]; x[0] = h;", "", ""),
        ("a variable that held a parameter before", "var x = data; var first = x[0]; x = new Tensor[1]; x[0] = first;", "", ""),
        ("LINQ over a parameter", "var x = data.Where(t => t.Rank > 0).Select(t => t + h).ToArray(); x[0] = h; w = data.Aggregate((a, b) => a + b);", "", ""),
        ("a query", "var q = from t in data where t.Rank == n orderby t.Count select t * 2; foreach (var t in q) w = w + t;", "", ""),
        ("an iterator", "foreach (var t in Twice(data)) w = w + t;", "static IEnumerable<Tensor> Twice(Tensor[] x) { foreach (var t in x) { yield return t; yield return t; } }", ""),
        ("a dictionary of one's own", "var d = new Dictionary<string, Tensor[]> { [\"a\"] = new Tensor[2] }; d[\"a\"][0] = h; d.TryAdd(\"b\", new Tensor[1]); if (d.TryGetValue(\"a\", out var row)) row[1] = h;", "", ""),
        ("a stack, a queue, a set", "var s = new Stack<int>(); s.Push(1); var q = new Queue<int>(); q.Enqueue(s.Pop()); var t = new HashSet<int> { 1 }; t.UnionWith(q); var p = new PriorityQueue<int, double>(); p.Enqueue(1, 2);", "", ""),
        ("a local counter in a lambda", "int k = 0; Action up = () => k++; up(); for (int i = 0; i < 2; i++) { up(); }", "", ""),
        ("a local function that writes a local", "double sum = 0; void Add(double x) { sum += x; } Add(1); Add(2);", "", ""),
        ("a function as an argument", "w = Apply(t => t * h, w); w = Apply(Twice, w);", "static Tensor Apply(Func<Tensor, Tensor> f, Tensor x) => f(x); static Tensor Twice(Tensor x) => x + x;", ""),
        ("a function in a readonly field", "double x = s_f(2);", "static readonly Func<double, double> s_f = x => x * x; static readonly Func<double, double> s_sin = Math.Sin;", ""),
        ("an object behind an interface, by what it is", "IRule r = n > 0 ? new Half() : new Third(); double x = r.Of(1);", "", "public interface IRule { double Of(double x); } sealed class Half : IRule { public double Of(double x) => x / 2; } sealed class Third : IRule { public double Of(double x) => x / 3; }"),
        ("an internal class with pure overrides", "Shape s = Pick(n); double x = s.Area();", "static Shape Pick(int n) => n > 0 ? new Square() : new Disc();", "abstract class Shape { public abstract double Area(); } sealed class Square : Shape { public override double Area() => 1; } sealed class Disc : Shape { public override double Area() => Math.PI; }"),
        ("a public interface that promises", "double x = Use(new Half());", "static double Use(IRule r) => r.Of(1);", "public interface IRule { [PureFunction] double Of(double x); } sealed class Half : IRule { public double Of(double x) => x / 2; }"),
        ("a constant table", "double x = s_table[0] + s_names.Length + s_map[\"a\"] + s_pair.Item1 + s_settings.Rate;", "static readonly ImmutableArray<double> s_table = [1, 2]; static readonly string s_names = \"x\"; static readonly ImmutableDictionary<string, double> s_map = ImmutableDictionary<string, double>.Empty.Add(\"a\", 1); static readonly (double, int) s_pair = (1, 2); static readonly Settings s_settings = new(1);", "public sealed record Settings(double Rate);"),
        ("a table of a span", "double x = Table[0] + Sum(Table);", "static ReadOnlySpan<double> Table => [1, 2, 3]; static double Sum(ReadOnlySpan<double> x) { double s = 0; foreach (double v in x) s += v; return s; }", ""),
        ("a tensor in a readonly field", "w = w + s_t;", "static readonly Tensor s_t = Tensor.Scalar(2);", ""),
        ("the length of a table", "int k = s_rates.Length;", "static readonly double[] s_rates = [1];", ""),
        ("a structure that changes itself", "var s = new Sum(); s.Add(1); s.Add(2); Sum t = s; t.Add(3); s.Total = 2;", "", "struct Sum { public double Total; public void Add(double x) => Total += x; }"),
        ("a copy of a structure of a parameter", "var p = Get(data); p.Index = 2; p.Next();", "static Cursor Get(Tensor[] x) => new() { Items = x };", "struct Cursor { public Tensor[] Items; public int Index; public void Next() => Index++; }"),
        ("a reference to a local", "int a = 1; ref int r = ref a; r = 2; var x = new double[2]; ref double y = ref x[0]; y += 1; Up(ref a); static void Up(ref int i) => i++;", "", ""),
        ("a reference returned to an array of one's own", "var x = new double[3]; At(x, 1) = 2; At(x, 2)++;", "static ref double At(double[] x, int i) => ref x[i];", ""),
        ("out parameters", "Split(w, out var a, out Tensor b); w = a + b; int.TryParse(\"1\", out int k);", "static void Split(Tensor x, out Tensor a, out Tensor b) { a = x; b = x * 2; }", ""),
        ("spans over arrays of one's own", "var x = new double[8]; Scale(x.AsSpan(2, 4)); Span<double> s = x; s[1..3].Fill(1); s.Reverse(); MemoryExtensions.Sort(s); static void Scale(Span<double> v) { for (int i = 0; i < v.Length; i++) v[i] *= 2; }", "", ""),
        ("vector instructions", "var x = new double[8]; var v = new Vector<double>(x); (v + v).CopyTo(x); System.Numerics.Tensors.TensorPrimitives.Add(x, 1.0, x); double s = System.Numerics.Tensors.TensorPrimitives.Sum<double>(x);", "", ""),
        ("a pinned array of one's own", "var x = new double[4]; fixed (double* p = x) { p[0] = 1; *(p + 1) = 2; }", "", ""),
        ("patterns", "object o = (n, 2.0); if (o is (int a, double b) && a > 0) w = w * b; if (data is [var f, .., var l]) w = f + l; if (text is { Length: > 2 }) n = 1; var k = n switch { > 0 and < 3 => 1, _ => 2 };", "", ""),
        ("a record copied with another member", "var s = new Settings(1) { Name = \"a\" }; var t = s with { Rate = 2 }; bool e = s == t; text = $\"{t}\";", "", "public sealed record Settings(double Rate) { public string Name { get; init; } = \"\"; }"),
        ("operators of one's own", "var m = new Money(1) + new Money(2); m++; m += new Money(3); double d = m; if (m) n = 1;", "", "readonly struct Money(double x) { private readonly double _x = x; public static Money operator +(Money a, Money b) => new(a._x + b._x); public static Money operator ++(Money a) => new(a._x + 1); public static implicit operator double(Money m) => m._x; public static bool operator true(Money m) => m._x > 0; public static bool operator false(Money m) => m._x <= 0; }"),
        ("exceptions", "if (n < 0) throw new ArgumentException($\"n is {n}\", nameof(n)); ArgumentOutOfRangeException.ThrowIfNegative(n); Debug.Assert(n > 0); try { n = checked(n + 1); } catch (OverflowException e) when (e.Message.Length > 0) { n = 0; } finally { n++; }", "", ""),
        ("a resource of one's own", "using var r = new Scratch(); r.X[0] = 1; using (new Scratch()) { }", "", "sealed class Scratch : IDisposable { public double[] X = new double[3]; public void Dispose() => X = []; }"),
        ("recursion", "double x = Fib(n); var a = new double[4]; Sort(a, 0, 3); static double Fib(int k) => k < 2 ? k : Fib(k - 1) + Fib(k - 2);", "static void Sort(double[] x, int a, int b) { if (a >= b) return; (x[a], x[b]) = (x[b], x[a]); Sort(x, a + 1, b - 1); }", ""),
        ("generic mathematics", "double x = Sum<double>([1, 2]); float y = Dot(1f, 2f);", "static T Sum<T>(T[] x) where T : INumber<T> { T s = T.Zero; foreach (T v in x) s += v; return s; } static T Dot<T>(T a, T b) where T : IFloatingPoint<T> => T.Max(a * b, T.One);", ""),
        ("text and numbers", "double d = double.Parse(\"1\", System.Globalization.CultureInfo.InvariantCulture); text = d.ToString(\"R\", System.Globalization.CultureInfo.InvariantCulture) + string.Join(\",\", data.Select(t => t.Rank)) + string.Format(\"{0}\", n); var parts = text.Split(','); parts[0] = \"x\";", "", ""),
        ("a class with a base that fills it", "var x = new Derived(2); x.Values[0] = 1;", "", "class Base { public double[] Values; protected Base(int n) { Values = new double[n]; for (int i = 0; i < n; i++) Set(i); } private void Set(int i) => Values[i] = i; } sealed class Derived(int n) : Base(n);"),
        ("an event of one's own object", "var c = new Clicker(); int k = 0; c.Clicked += () => k++; c.Click();", "", "sealed class Clicker { public event Action? Clicked; public void Click() => Clicked?.Invoke(); }"),
        ("a comparison of one's own", "var l = new List<Item> { new(2), new(1) }; l.Sort(); var s = new SortedSet<Item>(l, new ByRank()); l.Sort((a, b) => a.Rank - b.Rank);", "", "sealed record Item(int Rank) : IComparable<Item> { public int CompareTo(Item? other) => Rank - other!.Rank; } sealed class ByRank : IComparer<Item> { public int Compare(Item? a, Item? b) => a!.Rank - b!.Rank; }"),
        ("a collection of one's own", "var b = new Bag { 1, 2 }; foreach (int x in b) n += x; double[] e = [.. b];", "", "sealed class Bag : IEnumerable<int> { private readonly List<int> _x = []; public void Add(int x) => _x.Add(x); public IEnumerator<int> GetEnumerator() => _x.GetEnumerator(); IEnumerator IEnumerable.GetEnumerator() => GetEnumerator(); }"),
        ("a matrix with two indices", "var m = new double[2, 3]; m[0, 1] = 2; for (int i = 0; i < m.GetLength(0); i++) m[i, 0] += i; double t = m[1, 1];", "", ""),
        ("a linked list by hand", "Node? head = null; for (int i = 0; i < n; i++) head = new Node { Next = head, Value = i }; for (var x = head; x != null; x = x.Next) x.Value *= 2;", "", "sealed class Node { public Node? Next; public double Value; }"),
        ("a buffer that an object owns beside an input", "var k = new Kernel(data); k.Run(); w = k.Result;", "", "sealed class Kernel(Tensor[] input) { private readonly Tensor[] _scratch = new Tensor[4]; public Tensor Result => _scratch[0]; public void Run() { _scratch[0] = input[0]; } }"),
        ("a tuple that a helper returns", "var (q, r) = Split(w); q[0] = r[0] = w; var t = Split(h); t.Q[1] = h;", "static (Tensor[] Q, Tensor[] R) Split(Tensor x) { var q = new Tensor[2]; var r = new Tensor[2]; q[0] = x; return (q, r); }", ""),
        ("a static readonly rule", "double x = s_rule.Of(2);", "static readonly IRule s_rule = new Half();", "public interface IRule { double Of(double x); } sealed class Half : IRule { public double Of(double x) => x / 2; }"),
        ("transformations", "w = Diff.Grad((Tensor x) => (x * h).Sum(), w); w = Loop.Iterate(3, c => { Tensor k = c * h; k = k + 1; return k; }, w); w = Diff.Vmap((Tensor r) => r * 2, w);", "", ""),
        ("reading to choose a branch", "if (h.ToScalar() > 0) w = w * 2; double k = w.Sum().ToScalar() > 1 ? 2.0 : 3.0; w = w * k; while (w.IsTrue) break;", "", ""),
        ("reading what is constant", "double k = Tensor.Scalar(2).Exp().ToScalar(); w = w * k; w = w * h.StopGradient().ToScalar();", "", ""),
        ("goto and labels", "int i = 0; again: i++; if (i < 3) goto again; switch (n) { case 1: goto case 2; case 2: i = 2; break; default: break; }", "", ""),
        ("conditional access and ??", "string? s = n > 0 ? text : null; int k = s?.Length ?? 0; Tensor[]? x = null; x ??= new Tensor[1]; x[0] = h; var y = x?.ToArray(); y![0] = w;", "", ""),
        ("anonymous types", "var a = new { X = w, N = n }; w = a.X; var l = new[] { 1, 2 }.Select(i => new { i, Sq = i * i }).ToList(); l.RemoveAt(0);", "", ""),
        ("a local record struct that is set", "var p = new Point { X = 1 }; p.X = 2; var q = p with { Y = 3 }; (p.X, p.Y) = (q.Y, q.X); Point[] ps = [p]; ps[0].X = 4;", "", "record struct Point(double X, double Y);"),
        ("interlocked on a local", "int k = 0; Interlocked.Increment(ref k); Volatile.Write(ref k, 2);", "", ""),
        ("convert all and for each", "var x = Array.ConvertAll(data, t => t * 2); x[0] = h; double s = 0; new List<int> { 1 }.ForEach(i => s += i); var m = Enumerable.Range(0, n).ToDictionary(i => i, i => new double[1]); m[0][0] = 1;", "", ""),
        ("a lazy value of one's own", "var l = new Lazy<double>(() => 2.0); double x = l.Value;", "", ""),
        ("a pooled helper object passed down", "var s = new State(); Fill(s, data); w = s.Sum;", "static void Fill(State s, Tensor[] x) { foreach (var t in x) { s.Sum = s.Sum + t; s.Seen.Add(t); } }", "sealed class State { public Tensor Sum = Tensor.Scalar(0); public List<Tensor> Seen = []; }"),
        ("complex numbers, vectors, bits", "var c = Complex.Exp(new Complex(1, 2)); var v = Vector3.Normalize(new Vector3(1, 2, 3)); v.X = 2; int b = BitOperations.PopCount(3u); var big = BigInteger.Pow(2, 100); Half f = (Half)1.5;", "", ""),
        ("a private protected virtual method", "double x = new Leaf().Run();", "", "abstract class Root { public double Run() => Core() * 2; protected abstract double Core(); } sealed class Leaf : Root { private int _n; protected override double Core() => ++_n; }"),
        ("a static constructor that fills its own table", "double x = Table.First;", "", "static class Table { public static readonly double First; static Table() { var x = new double[2]; x[0] = 1; First = x[0]; } }"),
    ];
}
