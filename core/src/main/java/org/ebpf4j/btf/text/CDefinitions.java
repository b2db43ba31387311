package org.ebpf4j.btf.text;

import java.util.Map;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Struct;

/// The definitions of one C file as it grows: each once, in an order that compiles, with what lets
/// pointers refer to types further down.
final class CDefinitions {
  /// Types of GCC that other compilers do not know, and what they are.
  private static final Map<String, String> GCC_TYPES =
      Map.of(
          "__Poly8_t", "unsigned char",
          "__Poly16_t", "unsigned short",
          "__Poly64_t", "unsigned long long",
          "__Poly128_t", "unsigned __int128");

  private final TypeWalk types;
  private final CNames names;
  private final CTypeText text;
  private final StringBuilder out;
  private final DefinitionOrder order;

  /// What has been written of each type: a definition that began, an announcement that lets
  /// pointers refer to the type, the whole.
  private final boolean[] begun;

  private final boolean[] announced;
  private final boolean[] written;

  CDefinitions(TypeWalk types, int pointerSize, StringBuilder out) {
    this.types = types;
    this.names = new CNames(types.count());
    this.text = new CTypeText(types, pointerSize, names, out);
    this.order = new DefinitionOrder(types);
    this.out = out;
    this.begun = new boolean[types.count()];
    this.announced = new boolean[types.count()];
    this.written = new boolean[types.count()];
  }

  /// Writes the definition of a type and those it needs, except what is written already.
  void define(int id) {
    for (var next : order.of(id)) {
      if (!written[next]) {
        definition(next);
      }
    }
  }

  private void definition(int id) {
    switch (types.get(id)) {
      case BtfType.Enum t -> {
        text.enumeration(id, t, 0);
        end();
        written[id] = true;
      }
      case Struct t -> {
        begun[id] = true;
        for (var member : t.members()) {
          need(member.type(), id, 0);
        }
        text.struct(id, t, 0, 0);
        end();
        written[id] = true;
      }
      case BtfType.Forward _, BtfType.Typedef _ -> need(id, id, 0);
      case BtfType.Void _,
          BtfType.Int _,
          BtfType.Floating _,
          BtfType.Pointer _,
          BtfType.Array _,
          BtfType.Volatile _,
          BtfType.Const _,
          BtfType.Restrict _,
          BtfType.TypeTag _,
          BtfType.DeclarationTag _,
          BtfType.Prototype _,
          BtfType.Function _,
          BtfType.Variable _,
          BtfType.DataSection _ -> {}
    }
  }

  private void end() {
    out.append(";\n\n");
  }

  /// Writes what a compiler must have seen before type `id` is used inside the definition of
  /// `container`.
  private void need(int id, int container, int depth) {
    types.checkDepth(id, depth);
    var type = types.get(id);
    if (written[id]) {
      return;
    }
    if (begun[id]) {
      announce(id, type, container);
      return;
    }
    switch (type) {
      case BtfType.Int t -> {
        var known = GCC_TYPES.get(t.name());
        if (known != null) {
          out.append("typedef ").append(known).append(' ').append(t.name());
          end();
        }
        written[id] = true;
      }
      case BtfType.Enum _ -> written[id] = true;
      case BtfType.Forward t -> {
        text.forward(id, t);
        end();
        written[id] = true;
      }
      case BtfType.Typedef t -> {
        begun[id] = true;
        need(t.target(), id, depth + 1);
        if (!announced[id]) {
          typedef(id, t);
        }
        written[id] = true;
      }
      case Struct t -> {
        if (t.name().isEmpty()) {
          begun[id] = true;
          for (var member : t.members()) {
            need(member.type(), container, depth + 1);
          }
          begun[id] = false;
        } else {
          announce(id, t, container);
        }
      }
      case BtfType.Pointer t -> need(t.target(), container, depth + 1);
      case BtfType.Array t -> need(t.element(), container, depth + 1);
      case BtfType.Volatile t -> need(t.target(), container, depth + 1);
      case BtfType.Const t -> need(t.target(), container, depth + 1);
      case BtfType.Restrict t -> need(t.target(), container, depth + 1);
      case BtfType.TypeTag t -> need(t.target(), container, depth + 1);
      case BtfType.Prototype t -> {
        need(t.result(), container, depth + 1);
        for (var parameter : t.parameters()) {
          need(parameter.type(), container, depth + 1);
        }
      }
      case BtfType.Void _,
          BtfType.Floating _,
          BtfType.Function _,
          BtfType.Variable _,
          BtfType.DataSection _,
          BtfType.DeclarationTag _ -> {}
    }
  }

  /// Writes what lets pointers refer to a type whose definition stands further down. A typedef can
  /// stand here already.
  private void announce(int id, BtfType type, int container) {
    if (announced[id]) {
      return;
    }
    if (type instanceof Struct struct && id != container) {
      if (struct.name().isEmpty()) {
        throw types.malformed(id, "contains itself and has no name to point to itself with");
      }
      out.append(struct.union() ? "union " : "struct ").append(names.tag(id, struct.name()));
      end();
      announced[id] = true;
    } else if (type instanceof BtfType.Typedef typedef) {
      typedef(id, typedef);
      announced[id] = true;
    }
  }

  private void typedef(int id, BtfType.Typedef typedef) {
    if (typedef.name().equals("__builtin_va_list")) {
      // Every compiler has its own.
      return;
    }
    out.append("typedef ");
    if (typedef.target() == 0 && typedef.name().equals("__gnuc_va_list")) {
      // Old compilers wrote void for what is the compiler's own.
      out.append("__builtin_va_list __gnuc_va_list");
    } else {
      text.declarator(typedef.target(), names.typedef(id, typedef.name()), 0, 0);
    }
    end();
  }
}
