package org.ebpf4j.btf.text;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Struct;
import org.jspecify.annotations.Nullable;

/// The order in which a C compiler wants definitions: a type that is part of another by value is
/// defined before it, one that is only pointed to may be declared first and defined later. Types
/// that were ordered once are not given again.
final class DefinitionOrder {
  private final TypeWalk types;
  private final boolean[] open;
  private final boolean[] done;
  private boolean @Nullable [] used;
  private final List<Integer> order = new ArrayList<>();

  DefinitionOrder(TypeWalk types) {
    this.types = types;
    this.open = new boolean[types.count()];
    this.done = new boolean[types.count()];
    done[0] = true;
  }

  /// The named types to define, in order, so that type `id` can be: those it needs, and itself.
  List<Integer> of(int id) {
    order.clear();
    place(id, false, 0);
    return List.copyOf(order);
  }

  /// Whether a type is a definition of its own: it has a name, or no other type is made of it, as
  /// with the enums without names that programs have for their constants.
  private boolean isOfItsOwn(int id, String name) {
    return !name.isEmpty() || !usedTypes()[id];
  }

  private boolean[] usedTypes() {
    if (used == null) {
      used = new boolean[types.count()];
      for (int id = 1; id < used.length; id++) {
        if (types.isKnown(id)) {
          markUsed(id, used);
        }
      }
    }
    return used;
  }

  private void markUsed(int id, boolean[] marks) {
    switch (types.get(id)) {
      case BtfType.Pointer t -> mark(t.target(), marks);
      case BtfType.Volatile t -> mark(t.target(), marks);
      case BtfType.Const t -> mark(t.target(), marks);
      case BtfType.Restrict t -> mark(t.target(), marks);
      case BtfType.Typedef t -> mark(t.target(), marks);
      case BtfType.TypeTag t -> mark(t.target(), marks);
      case BtfType.DeclarationTag t -> mark(t.target(), marks);
      case BtfType.Function t -> mark(t.prototype(), marks);
      case BtfType.Variable t -> mark(t.type(), marks);
      case BtfType.Array t -> {
        mark(t.index(), marks);
        mark(t.element(), marks);
      }
      case Struct t -> t.members().forEach(m -> mark(m.type(), marks));
      case BtfType.Prototype t -> t.parameters().forEach(p -> mark(p.type(), marks));
      case BtfType.DataSection t -> t.variables().forEach(v -> mark(v.variable(), marks));
      case BtfType.Void _,
          BtfType.Int _,
          BtfType.Enum _,
          BtfType.Forward _,
          BtfType.Floating _ -> {}
    }
  }

  private static void mark(int id, boolean[] marks) {
    // An id past the end is told of where the type is needed.
    if (id >= 0 && id < marks.length) {
      marks[id] = true;
    }
  }

  /// Orders what type `id` needs, and itself. Whether it has to be defined for what uses it; if
  /// not, a declaration will do, as it is behind a pointer.
  private boolean place(int id, boolean behindPointer, int depth) {
    types.checkDepth(id, depth);
    var type = types.get(id);
    if (done[id]) {
      return true;
    }
    if (open[id]) {
      if (behindPointer && type instanceof Struct struct && !struct.name().isEmpty()) {
        return false;
      }
      throw types.malformed(id, "contains itself");
    }
    return switch (type) {
      case BtfType.Int _, BtfType.Floating _ -> finished(id, false);
      case BtfType.Function _,
          BtfType.Variable _,
          BtfType.DataSection _,
          BtfType.DeclarationTag _ ->
          finished(id, false);
      case BtfType.Pointer t -> finished(id, place(t.target(), true, depth + 1));
      case BtfType.Array t -> place(t.element(), false, depth + 1);
      case BtfType.Volatile t -> place(t.target(), behindPointer, depth + 1);
      case BtfType.Const t -> place(t.target(), behindPointer, depth + 1);
      case BtfType.Restrict t -> place(t.target(), behindPointer, depth + 1);
      case BtfType.TypeTag t -> place(t.target(), behindPointer, depth + 1);
      case BtfType.Enum t -> define(id, isOfItsOwn(id, t.name()));
      case BtfType.Forward t -> define(id, isOfItsOwn(id, t.name()));
      case BtfType.Typedef t -> {
        var needed = place(t.target(), behindPointer, depth + 1);
        yield (needed || !behindPointer) && define(id, true);
      }
      case Struct t -> {
        if (behindPointer && !t.name().isEmpty()) {
          yield false;
        }
        open[id] = true;
        for (var member : t.members()) {
          place(member.type(), false, depth + 1);
        }
        open[id] = false;
        yield define(id, !t.name().isEmpty());
      }
      case BtfType.Prototype t -> {
        var needed = place(t.result(), behindPointer, depth + 1);
        for (var parameter : t.parameters()) {
          needed |= place(parameter.type(), behindPointer, depth + 1);
        }
        yield needed;
      }
      case BtfType.Void _ -> true;
    };
  }

  private boolean finished(int id, boolean needed) {
    done[id] = true;
    return needed;
  }

  private boolean define(int id, boolean ofItsOwn) {
    if (ofItsOwn) {
      order.add(id);
    }
    return finished(id, true);
  }
}
