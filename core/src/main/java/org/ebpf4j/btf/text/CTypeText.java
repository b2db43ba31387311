package org.ebpf4j.btf.text;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Parameter;
import org.ebpf4j.btf.BtfType.Struct;

/// Types as C spells them: what stands between the braces of structs, unions and enums, and
/// declarations of a name as of a type.
final class CTypeText {
  private static final int MAX_INDENT = 13;

  private final TypeWalk types;
  private final CLayout layout;
  private final CNames names;
  private final CPadding padding;
  private final StringBuilder out;

  /// @param names what types are called in the file
  /// @param out what the text is added to
  CTypeText(TypeWalk types, int pointerSize, CNames names, StringBuilder out) {
    this.types = types;
    this.layout = new CLayout(types, pointerSize);
    this.names = names;
    this.padding = new CPadding(layout.pointerSize() * 8);
    this.out = out;
  }

  /// Writes a struct or union that is only declared.
  void forward(int id, BtfType.Forward type) {
    out.append(type.union() ? "union " : "struct ");
    name(id, type.name());
  }

  private void name(int id, String name) {
    types.write(id, name);
    out.append(name);
  }

  /// Writes the definition of a struct or union, which has `depth` others around it.
  void struct(int id, Struct struct, int indent, int depth) {
    types.checkDepth(id, depth);
    out.append(struct.union() ? "union " : "struct ");
    if (!struct.name().isEmpty()) {
      out.append(names.tag(id, struct.name())).append(' ');
    }
    out.append('{');
    var packed = !struct.union() && !layout.isNatural(struct);
    long end = 0;
    var afterBits = false;
    for (var member : struct.members()) {
      var alignment = packed ? 1 : layout.alignment(member.type());
      var bits = member.bits() != 0;
      pad(id, end, member.bitOffset(), alignment, afterBits && bits, indent + 1);
      line(indent + 1);
      declarator(member.type(), member.name(), indent + 1, depth);
      if (bits) {
        out.append(": ").append(member.bits());
      }
      out.append(';');
      end = member.bitOffset() + (bits ? member.bits() : 8 * layout.size(member.type()));
      afterBits = bits;
    }
    if (!struct.union()) {
      pad(id, end, 8 * struct.size(), layout.alignment(id), false, indent + 1);
    }
    if (!struct.members().isEmpty() || struct.size() != 0) {
      line(indent);
    }
    out.append('}');
    if (packed) {
      out.append(" __attribute__((packed))");
    }
  }

  private void pad(int id, long from, long to, int alignment, boolean betweenBits, int indent) {
    for (var pad : padding.between(from, to, alignment, betweenBits)) {
      for (long i = 0; i < pad.count(); i++) {
        types.step(id);
        line(indent);
        out.append(pad.type()).append(": ").append(pad.bits()).append(';');
      }
    }
  }

  private void line(int indent) {
    out.append('\n').repeat('\t', Math.min(indent, MAX_INDENT));
  }

  /// Writes the definition of an enum.
  void enumeration(int id, BtfType.Enum type, int indent) {
    out.append("enum");
    if (!type.name().isEmpty()) {
      out.append(' ').append(enumName(id, type));
    }
    if (type.values().isEmpty()) {
      return;
    }
    out.append(" {");
    for (var value : type.values()) {
      types.write(id, value.name());
      line(indent + 1);
      out.append(names.enumerator(value.name())).append(" = ");
      out.append(
          type.signed() ? Long.toString(value.value()) : Long.toUnsignedString(value.value()));
      out.append(!type.wide() ? "," : type.signed() ? "LL," : "ULL,");
    }
    line(indent);
    out.append('}');
    if (type.size() == 1) {
      out.append(" __attribute__((mode(byte)))");
    } else if (type.size() == 8
        && layout.pointerSize() == 8
        && type.values().stream().allMatch(v -> !type.wide() || v.value() >>> 32 == 0)) {
      // No value makes the compiler take 8 bytes.
      out.append(" __attribute__((mode(word)))");
    }
  }

  /// An enum without values is a mere announcement of one, and takes no name.
  private String enumName(int id, BtfType.Enum type) {
    return type.values().isEmpty() && !type.wide() ? type.name() : names.tag(id, type.name());
  }

  /// Writes a type and a name as C declares them. In C, what a name is stands around it: pointers
  /// before it, arrays and functions behind, the type at the end of the chain before all.
  void declarator(int id, String name, int indent, int depth) {
    types.checkDepth(id, depth);
    var chain = chain(id);
    var base = chain.getLast();
    var next = qualifiers(chain, chain.size() - 2);
    base(base, indent, depth);
    var tight = false;
    for (int i = next; i >= 0; i--) {
      switch (types.get(chain.get(i))) {
        case BtfType.Pointer _ -> {
          out.append(tight ? "*" : " *");
          tight = true;
        }
        case BtfType.Volatile _ -> {
          out.append(" volatile");
          tight = false;
        }
        case BtfType.Const _ -> {
          out.append(" const");
          tight = false;
        }
        case BtfType.Restrict _ -> {
          out.append(" restrict");
          tight = false;
        }
        case BtfType.TypeTag t -> {
          types.write(id, t.value());
          out.append(" __attribute__((")
              .append(t.attribute() ? t.value() : "btf_type_tag(\"" + t.value() + "\")")
              .append("))");
          tight = false;
        }
        case BtfType.Array _ -> {
          i = outside(chain, i) + 1;
          if (i > 0) {
            out.append(name.isEmpty() || tight ? "" : " ");
            out.append(isArray(chain.get(i - 1)) ? "" : "(");
            tight = true;
          }
        }
        case BtfType.Prototype _ -> {
          i = outside(chain, i) + 1;
          if (i > 0) {
            out.append(" (");
            tight = true;
          }
        }
        case BtfType.Void _,
            BtfType.Int _,
            BtfType.Floating _,
            BtfType.Struct _,
            BtfType.Enum _,
            BtfType.Forward _,
            BtfType.Typedef _,
            BtfType.Function _,
            BtfType.Variable _,
            BtfType.DataSection _,
            BtfType.DeclarationTag _ ->
            throw new IllegalStateException("the end of a chain inside it");
      }
    }
    out.append(name.isEmpty() || tight ? "" : " ");
    name(id, name);
    for (int i = 0; i <= next; i++) {
      if (types.get(chain.get(i)) instanceof BtfType.Array array) {
        var outside = outside(chain, i);
        out.append(outside < 0 || isArray(chain.get(outside)) ? "" : ")");
        out.append('[').append(array.count()).append(']');
      } else if (types.get(chain.get(i)) instanceof BtfType.Prototype prototype) {
        out.append(outside(chain, i) < 0 ? "(" : ")(");
        parameters(prototype.parameters(), indent, depth);
        out.append(')');
      }
    }
  }

  /// The types from `id` down to the one that has a name in C, or is spelt out.
  private List<Integer> chain(int id) {
    var chain = new ArrayList<Integer>();
    var current = id;
    while (true) {
      types.checkDepth(id, chain.size());
      chain.add(current);
      switch (types.get(current)) {
        case BtfType.Pointer t -> current = t.target();
        case BtfType.Volatile t -> current = t.target();
        case BtfType.Const t -> current = t.target();
        case BtfType.Restrict t -> current = t.target();
        case BtfType.TypeTag t -> current = t.target();
        case BtfType.Array t -> current = t.element();
        case BtfType.Prototype t -> current = t.result();
        case BtfType.Void _,
            BtfType.Int _,
            BtfType.Floating _,
            BtfType.Struct _,
            BtfType.Enum _,
            BtfType.Forward _,
            BtfType.Typedef _ -> {
          return chain;
        }
        case BtfType.Function _,
            BtfType.Variable _,
            BtfType.DataSection _,
            BtfType.DeclarationTag _ ->
            throw types.malformed(current, "is used as the type of a value");
      }
    }
  }

  /// Writes the qualifiers of the last type of the chain, from `index` outward, which C has before
  /// the type; the index of what is outside them.
  private int qualifiers(List<Integer> chain, int index) {
    var outside = index;
    for (; outside >= 0; outside--) {
      switch (types.get(chain.get(outside))) {
        case BtfType.Volatile _ -> out.append("volatile ");
        case BtfType.Const _ -> out.append("const ");
        case BtfType.Restrict _ -> out.append("restrict ");
        default -> {
          return outside;
        }
      }
    }
    return outside;
  }

  /// The index of what is outside the array or function at `index` and its qualifiers: C has none
  /// for those; GCC writes them into BTF all the same.
  private int outside(List<Integer> chain, int index) {
    var outside = index - 1;
    while (outside >= 0
        && (types.get(chain.get(outside)) instanceof BtfType.Const
            || types.get(chain.get(outside)) instanceof BtfType.Volatile
            || types.get(chain.get(outside)) instanceof BtfType.Restrict
            || types.get(chain.get(outside)) instanceof BtfType.TypeTag)) {
      outside--;
    }
    return outside;
  }

  private boolean isArray(int id) {
    return types.get(id) instanceof BtfType.Array;
  }

  /// Writes the type at the end of a chain.
  private void base(int id, int indent, int depth) {
    switch (types.get(id)) {
      case BtfType.Void _ -> out.append("void");
      case BtfType.Int t -> name(id, t.name());
      case BtfType.Floating t -> name(id, t.name());
      case BtfType.Typedef t -> name(id, names.typedef(id, t.name()));
      case BtfType.Forward t -> forward(id, t);
      case BtfType.Enum t -> {
        if (t.name().isEmpty()) {
          enumeration(id, t, indent);
        } else {
          out.append("enum ");
          name(id, enumName(id, t));
        }
      }
      case Struct t -> {
        if (t.name().isEmpty()) {
          struct(id, t, indent, depth + 1);
        } else {
          out.append(t.union() ? "union " : "struct ");
          name(id, names.tag(id, t.name()));
        }
      }
      case BtfType.Pointer _,
          BtfType.Array _,
          BtfType.Volatile _,
          BtfType.Const _,
          BtfType.Restrict _,
          BtfType.TypeTag _,
          BtfType.Prototype _,
          BtfType.Function _,
          BtfType.Variable _,
          BtfType.DataSection _,
          BtfType.DeclarationTag _ ->
          throw new IllegalStateException("no end of a chain");
    }
  }

  private void parameters(List<Parameter> parameters, int indent, int depth) {
    if (parameters.isEmpty() || (parameters.size() == 1 && parameters.getFirst().type() == 0)) {
      out.append("void");
      return;
    }
    for (int i = 0; i < parameters.size(); i++) {
      var parameter = parameters.get(i);
      out.append(i == 0 ? "" : ", ");
      if (i == parameters.size() - 1 && parameter.type() == 0) {
        out.append("...");
      } else {
        declarator(parameter.type(), parameter.name(), indent, depth + 1);
      }
    }
  }
}
