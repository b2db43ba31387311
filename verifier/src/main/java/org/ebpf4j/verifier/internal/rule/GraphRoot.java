package org.ebpf4j.verifier.internal.rule;

import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;

/// What a list or a tree of a program holds, as the tag `contains:STRUCT:FIELD` on its root says
/// (`btf_find_graph_root` in `kernel/bpf/btf.c`).
///
/// @param type the struct of its elements
/// @param node the offset of the node in that struct
public record GraphRoot(int type, int node) {
  private static final String TAG = "contains:";
  private static final int DEPTH = 8;

  /// The root at an offset of a type.
  ///
  /// @param kind a list or a tree
  /// @return empty where none is there, or where it does not say what it holds
  public static Optional<GraphRoot> find(Btf types, int type, long offset, SpecialField.Kind kind) {
    return find(types, types.resolve(type), offset, kind, 0);
  }

  private static Optional<GraphRoot> find(
      Btf types, int container, long offset, SpecialField.Kind kind, int depth) {
    if (depth > DEPTH) {
      return Optional.empty();
    }
    return switch (types.type(container)) {
      case BtfType.Struct struct -> inStruct(types, container, struct, offset, kind, depth);
      case BtfType.DataSection section -> inSection(types, section, offset, kind, depth);
      default -> Optional.empty();
    };
  }

  private static Optional<GraphRoot> inStruct(
      Btf types,
      int container,
      BtfType.Struct struct,
      long offset,
      SpecialField.Kind kind,
      int depth) {
    for (int i = 0; i < struct.members().size(); i++) {
      var member = struct.members().get(i);
      long at = member.bitOffset() / Byte.SIZE;
      if (member.bits() == 0 && at <= offset && offset < at + types.size(member.type())) {
        var found = inside(types, member.type(), offset - at, container, i, kind, depth);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<GraphRoot> inSection(
      Btf types, BtfType.DataSection section, long offset, SpecialField.Kind kind, int depth) {
    for (var variable : section.variables()) {
      if (variable.offset() <= offset
          && offset < variable.offset() + variable.size()
          && types.type(variable.variable()) instanceof BtfType.Variable global) {
        int tagged = variable.variable();
        return inside(types, global.type(), offset - variable.offset(), tagged, -1, kind, depth);
      }
    }
    return Optional.empty();
  }

  private static Optional<GraphRoot> inside(
      Btf types,
      int type,
      long offset,
      int target,
      int component,
      SpecialField.Kind kind,
      int depth) {
    int id = types.resolve(type);
    long at = offset;
    for (int i = 0; i < DEPTH && types.type(id) instanceof BtfType.Array array; i++) {
      id = types.resolve(array.element());
      long size = types.size(id);
      at = size == 0 ? at : at % size;
    }
    if (!types.name(id).equals(kind.label())) {
      return find(types, id, at, kind, depth + 1);
    }
    return at == 0 ? tagged(types, target, component, kind) : Optional.empty();
  }

  private static Optional<GraphRoot> tagged(
      Btf types, int target, int component, SpecialField.Kind kind) {
    for (int id = 1; id < types.typeCount(); id++) {
      if (types.type(id) instanceof BtfType.DeclarationTag tag
          && tag.target() == target
          && tag.component() == component
          && tag.value().startsWith(TAG)) {
        var words = tag.value().split(":", -1);
        return words.length == 3 ? element(types, words[1], words[2], kind) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Optional<GraphRoot> element(
      Btf types, String name, String field, SpecialField.Kind kind) {
    var node =
        kind == SpecialField.Kind.LIST_HEAD
            ? SpecialField.Kind.LIST_NODE
            : SpecialField.Kind.RB_NODE;
    for (int id : types.ids(name)) {
      if (types.type(id) instanceof BtfType.Struct struct && !struct.union()) {
        return struct.members().stream()
            .filter(m -> m.name().equals(field) && m.bits() == 0)
            .filter(m ->
                types.type(types.resolve(m.type())) instanceof BtfType.Struct s
                    && s.name().equals(node.label()))
            .findFirst()
            .map(m -> new GraphRoot(id, (int) (m.bitOffset() / Byte.SIZE)));
      }
    }
    return Optional.empty();
  }
}
