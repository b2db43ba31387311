package org.ebpf4j.relocation;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfSubset;
import org.ebpf4j.btf.BtfType;

/// Collects what the relocations of objects find in a kernel's types, into BTF so small that it can
/// be shipped for kernels that have none. Relocations come to the same on it as on the whole, but
/// for the ids of types. One thread at a time may use it.
public final class MinimalTypes {
  private final Btf target;
  private final BtfSubset subset;
  private final Set<Visit> visited = new HashSet<>();

  /// A type that a match has come to, by itself or behind a pointer.
  private record Visit(int id, boolean behindPointer) {}

  /// Starts with nothing of `target`, the types that relocations are resolved on.
  public MinimalTypes(Btf target) {
    this.target = target;
    this.subset = new BtfSubset(target);
  }

  /// Adds what a relocation has found.
  @SuppressWarnings("ReferenceEquality") // Ids are those of one set of types, not of an equal one.
  public void add(CoreResolution resolution) {
    for (var spec : resolution.specs()) {
      if (spec.types().btf() == target) {
        add(resolution.kind(), spec);
      }
    }
  }

  /// All that was found.
  public Btf build() {
    return subset.build();
  }

  private void add(CoreKind kind, Spec spec) {
    switch (kind.subject()) {
      case ENUMERATOR -> subset.keep(spec.root());
      case FIELD -> addField(spec);
      case TYPE -> {
        if (kind == CoreKind.TYPE_MATCHES) {
          addMatch(spec.root());
        } else {
          subset.keepWithPointees(spec.root());
        }
      }
    }
  }

  private void addField(Spec spec) {
    subset.keep(spec.root());
    var current = spec.root();
    for (var step : spec.path()) {
      if (step.name() == null) {
        current = step.type();
      } else {
        keepWay(target.resolve(current), step.type(), new HashSet<>());
        subset.keepMember(step.type(), step.index());
        current =
            target.type(step.type()) instanceof BtfType.Struct struct
                ? struct.members().get(step.index()).type()
                : current;
      }
    }
  }

  /// Keeps the members without a name that lead from one struct to one inside it, the same that the
  /// search has gone through; whether there are any.
  private boolean keepWay(int from, int to, Set<Integer> seen) {
    if (from == to) {
      return true;
    }
    if (seen.add(from) && target.type(from) instanceof BtfType.Struct struct) {
      for (int i = 0; i < struct.members().size(); i++) {
        var member = struct.members().get(i);
        if (member.name().isEmpty() && keepWay(target.resolve(member.type()), to, seen)) {
          subset.keepMember(from, i);
          return true;
        }
      }
    }
    return false;
  }

  /// Keeps all that a match compares: the members of structs, but behind a pointer only names.
  private void addMatch(int root) {
    var open = new ArrayDeque<Visit>();
    open.add(new Visit(root, false));
    while (!open.isEmpty()) {
      var visit = open.remove();
      if (visit.id() != 0 && visited.add(visit)) {
        subset.keep(visit.id());
        addMatch(visit, open);
      }
    }
  }

  private void addMatch(Visit visit, ArrayDeque<Visit> open) {
    var behindPointer = visit.behindPointer();
    switch (target.type(visit.id())) {
      case BtfType.Pointer t -> {
        subset.keepWithPointees(visit.id());
        open.add(new Visit(t.target(), true));
      }
      case BtfType.Array t -> open.add(new Visit(t.element(), behindPointer));
      case BtfType.Typedef t -> open.add(new Visit(t.target(), behindPointer));
      case BtfType.Volatile t -> open.add(new Visit(t.target(), behindPointer));
      case BtfType.Const t -> open.add(new Visit(t.target(), behindPointer));
      case BtfType.Restrict t -> open.add(new Visit(t.target(), behindPointer));
      case BtfType.TypeTag t -> open.add(new Visit(t.target(), behindPointer));
      case BtfType.Prototype t -> {
        open.add(new Visit(t.result(), behindPointer));
        t.parameters().forEach(p -> open.add(new Visit(p.type(), behindPointer)));
      }
      case BtfType.Struct t -> {
        for (int i = 0; i < t.members().size() && !behindPointer; i++) {
          subset.keepMember(visit.id(), i);
          open.add(new Visit(t.members().get(i).type(), false));
        }
      }
      case BtfType.Void _,
          BtfType.Int _,
          BtfType.Enum _,
          BtfType.Forward _,
          BtfType.Floating _,
          BtfType.Function _,
          BtfType.Variable _,
          BtfType.DataSection _,
          BtfType.DeclarationTag _ -> {}
    }
  }
}
