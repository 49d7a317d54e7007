namespace Hyperdiff.Tests.Trees;

/// <summary>Tuples of two to seven tensors are structures wherever one is taken, without being registered; longer ones have a tree as well.</summary>
public sealed class TensorTupleTests
{
    private static readonly Tensor s_x = Tensor.From([1.0, -2]);
    private static readonly Tensor s_y = Tensor.From([3.0, 0.5]);

    [Fact]
    public void EveryLength_HasATree_WithTheLawsOfTrees()
    {
        Laws((s_x, s_y), 2);
        Laws((s_x, s_y, s_x), 3);
        Laws((s_x, s_y, s_x, s_y), 4);
        Laws((s_x, s_y, s_x, s_y, s_x), 5);
        Laws((s_x, s_y, s_x, s_y, s_x, s_y), 6);
        Laws((s_x, s_y, s_x, s_y, s_x, s_y, s_x), 7);

        static void Laws<T>(T value, int leaves)
        {
            Tree<T> tree = Tree.Of<T>();
            var flat = new FlatTree<T>(tree, value, "x");
            Assert.Equal(Enumerable.Range(1, leaves).Select(i => $"x.Item{i}"), flat.Leaves.Select(leaf => leaf.Name));
            Tensor[] others = [.. flat.Tensors.Select(leaf => leaf + 1)];
            Assert.Equal(others, new FlatTree<T>(tree, flat.Rebuild(others), "x").Tensors);
        }
    }

    [Fact]
    public void LongTuples_AreOneTuple_WhateverDotNetMakesOfThem()
    {
        Tree<Tensor> leaf = Tree.Tensor;
        Laws(new ValueTuple<Tensor>(s_x), Tree.Tuple(leaf), 1);
        Laws((s_x, s_y, s_x, s_y, s_x, s_y, s_x, s_y), Tree.Tuple(leaf, leaf, leaf, leaf, leaf, leaf, leaf, Tree.Tuple(leaf)), 8);
        Laws((s_x, s_y, s_x, s_y, s_x, s_y, s_x, s_y, s_x), Tree.Tuple(leaf, leaf, leaf, leaf, leaf, leaf, leaf, Tree.Tuple(leaf, leaf)), 9);
        Laws(
            (s_x, s_y, s_x, s_y, s_x, s_y, s_x, s_y, s_x, s_y, s_x, s_y, s_x, s_y, s_x),
            Tree.Tuple(leaf, leaf, leaf, leaf, leaf, leaf, leaf, Tree.Tuple(leaf, leaf, leaf, leaf, leaf, leaf, leaf, Tree.Tuple(leaf))),
            15);

        static void Laws<T>(T value, Tree<T> tree, int leaves)
        {
            var flat = new FlatTree<T>(tree, value, "x");
            Assert.Equal(Enumerable.Range(1, leaves).Select(i => $"x.Item{i}"), flat.Leaves.Select(item => item.Name));
            Tensor[] others = [.. flat.Tensors.Select((item, i) => item + i)];
            Assert.Equal(others, new FlatTree<T>(tree, flat.Rebuild(others), "x").Tensors);
        }
    }

    [Fact]
    public void LongTuple_WhoseRestIsNoTuple_IsRefused()
    {
        Tree<Tensor> leaf = Tree.Tensor;

        ArgumentException failure = Assert.Throws<ArgumentException>(() => Tree.Tuple(leaf, leaf, leaf, leaf, leaf, leaf, leaf, Tree.ImmutableArray(leaf)));

        Assert.Equal("rest", failure.ParamName);
    }

    [Fact]
    public void NamedTuple_HasItsNames_AndStaticElementsBelongToTheStructure()
    {
        Tree<(Tensor, int, string?)> tree = Tree.Named(Tree.Tuple(Tree.Tensor, Tree.Static<int>(), Tree.Static<string?>()), "x", "n", "label");
        var flat = new FlatTree<(Tensor, int, string?)>(tree, (s_x, 3, null), string.Empty);

        Assert.Equal("x", Assert.Single(flat.Leaves).Name);
        Assert.Equal((s_y, 3, null), flat.Rebuild([s_y]));
        Assert.Throws<ArgumentException>(() => flat.RequireSameLeaves(new FlatTree<(Tensor, int, string?)>(tree, (s_x, 4, null), string.Empty), "Adding"));
        Assert.Throws<ArgumentException>(() => flat.RequireSameLeaves(new FlatTree<(Tensor, int, string?)>(tree, (s_x, 3, "a"), string.Empty), "Adding"));
        flat.RequireSameLeaves(new FlatTree<(Tensor, int, string?)>(tree, (s_y, 3, null), string.Empty), "Adding");
    }

    [Fact]
    public void Names_AreOnePerElement_OfATuple()
    {
        Assert.Throws<ArgumentException>(() => Tree.Named(Tree.Tuple(Tree.Tensor, Tree.Tensor), "x"));
        Assert.Throws<ArgumentException>(() => Tree.Named(Tree.Tensor, "x"));
    }

    [Fact]
    public void RecordTree_RefusesAValueOfADerivedType()
    {
        var tree = new BasisTree();

        Assert.Equal(s_y, new FlatTree<Basis>(tree, new Basis(s_x), "x").Rebuild([s_y]).A);
        Assert.Contains("mark that record [Tree]", Assert.Throws<ArgumentException>(() => new FlatTree<Basis>(tree, new Derived(s_x), "x")).Message,
            StringComparison.Ordinal);
    }

    private record Basis(Tensor A);

    private sealed record Derived(Tensor A) : Basis(A);

    private sealed class BasisTree : RecordTree<Basis>
    {
        public override Basis Rebuild(Basis prototype, LeafReader reader) => new(reader.Leaf());

        protected override void Write(Basis value, LeafWriter writer) => writer.Leaf("A", value.A);
    }

    [Fact]
    public void Derivatives_TakeTuples()
    {
        static Tensor f((Tensor A, Tensor B) p) => (p.A.Square() * p.B).Sum();

        (Tensor da, Tensor db) = Diff.Grad(f, (s_x, s_y));
        Assert.Equal([6.0, -2], da.ToArray<double>());
        Assert.Equal([1.0, 4], db.ToArray<double>());

        (Tensor ha, Tensor hb) = Diff.Hvp(f, (s_x, s_y), (Tensor.Ones([2]), Tensor.Zeros([2])));
        Assert.Equal([6.0, 1], ha.ToArray<double>());
        Assert.Equal([2.0, -4], hb.ToArray<double>());

        ((Tensor Sum, Tensor Product) value, (Tensor Sum, Tensor Product) tangent) =
            Diff.Jvp(((Tensor A, Tensor B) p) => (p.A + p.B, p.A * p.B), (s_x, s_y), (Tensor.Ones([2]), Tensor.Zeros([2])));
        Assert.Equal([3.0, -1], value.Product.ToArray<double>());
        Assert.Equal([3.0, 0.5], tangent.Product.ToArray<double>());

        ((Tensor, Tensor) _, (Tensor A, Tensor B) back) =
            Diff.Vjp(((Tensor A, Tensor B) p) => (p.A + p.B, p.A * p.B), (s_x, s_y), (Tensor.Zeros([2]), Tensor.Ones([2])));
        Assert.Equal([3.0, 0.5], back.A.ToArray<double>());
        Assert.Equal([1.0, -2], back.B.ToArray<double>());

        Assert.Equal([4.0, -1], Diff.Linearize(((Tensor A, Tensor B) p) => p.A * p.B, (s_x, s_y)).Jvp((Tensor.Ones([2]), Tensor.From([1.0, 0.75])))
            .ToArray<double>());
    }

    [Fact]
    public void BatchesLoopsAndCheckpoints_TakeTuples()
    {
        (Tensor sum, Tensor product) = Diff.Vmap(((Tensor A, Tensor B) p) => (p.A + p.B, p.A * p.B), (s_x, s_y));
        Assert.Equal([4.0, -1.5], sum.ToArray<double>());
        Assert.Equal([3.0, -1], product.ToArray<double>());

        // Fibonacci numbers
        (Tensor a, Tensor b) = Loop.Iterate(10, ((Tensor A, Tensor B) p) => (p.B, p.A + p.B), (Tensor.Scalar(0), Tensor.Scalar(1)));
        Assert.Equal((55, 89), (a.ToScalar(), b.ToScalar()));

        (Tensor last, (Tensor Carries, Tensor Squares) stacks) = Loop.Scan(
            (Tensor carry, (Tensor X, Tensor Y) row) => (carry + row.X, (carry, row.Y.Square())), Tensor.Scalar(0), (s_x, s_y));
        Assert.Equal(-1, last.ToScalar());
        Assert.Equal([0.0, 1], stacks.Carries.ToArray<double>());
        Assert.Equal([9, 0.25], stacks.Squares.ToArray<double>());

        (Tensor da, Tensor db) = Diff.Grad(Diff.Checkpoint(((Tensor A, Tensor B) p) => (p.A * p.B).Sum()), (s_x, s_y));
        Assert.Equal(s_y.ToArray<double>(), da.ToArray<double>());
        Assert.Equal(s_x.ToArray<double>(), db.ToArray<double>());
    }

    [Fact]
    public void BilevelProblems_TakeTuples()
    {
        // w* = (h₁, h₁ h₂); F = Σ w₁ + w₂
        Objective<(Tensor A, Tensor B), (Tensor C, Tensor D)> inner =
            Objective.From(((Tensor A, Tensor B) w, (Tensor C, Tensor D) h) => 0.5 * (((w.A - h.C).Square() + (w.B - (h.C * h.D)).Square()).Sum()));
        Objective<(Tensor A, Tensor B), (Tensor C, Tensor D)> outer = Objective.From(((Tensor A, Tensor B) w, (Tensor C, Tensor D) h) => (w.A + w.B).Sum());
        ImplicitHypergradient<(Tensor A, Tensor B), (Tensor C, Tensor D)> g = Hypergradient.Implicit().Compute(
            Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg()), outer), (Tensor.Zeros([2]), Tensor.Zeros([2])), (s_x, s_y));

        Assert.True(g.Converged, g.ToString());
        Assert.Equal([4, 1.5], g.Gradient.C.ToArray<double>().Select(x => Math.Round(x, 10)));
        Assert.Equal([1.0, -2], g.Gradient.D.ToArray<double>().Select(x => Math.Round(x, 10)));
    }
}
