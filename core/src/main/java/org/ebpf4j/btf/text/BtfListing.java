package org.ebpf4j.btf.text;

import java.io.IOException;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.Kind;

/// The types of a BTF as a numbered list, each as it stands in the file: `[1] INT 'int' size=4
/// bits_offset=0 nr_bits=32 encoding=SIGNED`. The text is that of `bpftool btf dump file FILE
/// format raw`. Its functions are pure, and any thread may call them.
public final class BtfListing {
  private BtfListing() {}

  /// The lines of one type: one, and one for each of its members, values or parameters. Of kinds
  /// that later kernels know, only the name is given.
  public static String type(Btf btf, int id) {
    var out = new StringBuilder().append('[').append(id).append("] ");
    if (id != 0 && !Kind.known(btf.kind(id))) {
      return named(out, "UNKNOWN", btf.name(id)).append('\n').toString();
    }
    switch (btf.type(id)) {
      case BtfType.Void _ -> out.append("VOID");
      case BtfType.Int t ->
          named(out, "INT", t.name())
              .append(" size=")
              .append(t.size())
              .append(" bits_offset=")
              .append(t.bitOffset())
              .append(" nr_bits=")
              .append(t.bits())
              .append(" encoding=")
              .append(encoding(t.encoding()));
      case BtfType.Pointer t -> reference(out, "PTR", "", t.target());
      case BtfType.Const t -> reference(out, "CONST", "", t.target());
      case BtfType.Volatile t -> reference(out, "VOLATILE", "", t.target());
      case BtfType.Restrict t -> reference(out, "RESTRICT", "", t.target());
      case BtfType.Typedef t -> reference(out, "TYPEDEF", t.name(), t.target());
      case BtfType.TypeTag t -> reference(out, "TYPE_TAG", t.value(), t.target());
      case BtfType.DeclarationTag t ->
          reference(out, "DECL_TAG", t.value(), t.target())
              .append(" component_idx=")
              .append(t.component());
      case BtfType.Array t ->
          reference(out, "ARRAY", "", t.element())
              .append(" index_type_id=")
              .append(Integer.toUnsignedString(t.index()))
              .append(" nr_elems=")
              .append(t.count());
      case BtfType.Struct t -> struct(out, t);
      case BtfType.Enum t -> enumeration(out, t);
      case BtfType.Forward t ->
          named(out, "FWD", t.name()).append(" fwd_kind=").append(t.union() ? "union" : "struct");
      case BtfType.Function t ->
          reference(out, "FUNC", t.name(), t.prototype())
              .append(" linkage=")
              .append(linkage(t.linkage()));
      case BtfType.Variable t ->
          reference(out, "VAR", t.name(), t.type())
              .append(", linkage=")
              .append(linkage(t.linkage()));
      case BtfType.Prototype t -> {
        named(out, "FUNC_PROTO", "")
            .append(" ret_type_id=")
            .append(Integer.toUnsignedString(t.result()))
            .append(" vlen=")
            .append(t.parameters().size());
        t.parameters().forEach(p -> reference(out, "\n\t", p.name(), p.type()));
      }
      case BtfType.DataSection t -> section(out, btf, t);
      case BtfType.Floating t -> named(out, "FLOAT", t.name()).append(" size=").append(t.size());
    }
    return out.append('\n').toString();
  }

  /// Writes all types; of split BTF, its own.
  public static void writeAll(Btf btf, Appendable out) throws IOException {
    for (int id = btf.firstId(); id < btf.typeCount(); id++) {
      out.append(type(btf, id));
    }
  }

  private static StringBuilder named(StringBuilder out, String kind, String name) {
    return out.append(kind)
        .append(kind.endsWith("\t") ? "'" : " '")
        .append(name.isEmpty() ? "(anon)" : name)
        .append('\'');
  }

  private static StringBuilder reference(StringBuilder out, String kind, String name, int target) {
    return named(out, kind, name).append(" type_id=").append(Integer.toUnsignedString(target));
  }

  private static void struct(StringBuilder out, BtfType.Struct type) {
    named(out, type.union() ? "UNION" : "STRUCT", type.name())
        .append(" size=")
        .append(type.size())
        .append(" vlen=")
        .append(type.members().size());
    for (var member : type.members()) {
      reference(out, "\n\t", member.name(), member.type())
          .append(" bits_offset=")
          .append(member.bitOffset());
      if (member.bits() != 0) {
        out.append(" bitfield_size=").append(member.bits());
      }
    }
  }

  private static void enumeration(StringBuilder out, BtfType.Enum type) {
    named(out, type.wide() ? "ENUM64" : "ENUM", type.name())
        .append(" encoding=")
        .append(type.signed() ? "SIGNED" : "UNSIGNED")
        .append(" size=")
        .append(type.size())
        .append(" vlen=")
        .append(type.values().size());
    for (var value : type.values()) {
      named(out, "\n\t", value.name())
          .append(" val=")
          .append(
              type.signed() ? Long.toString(value.value()) : Long.toUnsignedString(value.value()))
          .append(!type.wide() ? "" : type.signed() ? "LL" : "ULL");
    }
  }

  private static void section(StringBuilder out, Btf btf, BtfType.DataSection type) {
    named(out, "DATASEC", type.name())
        .append(" size=")
        .append(type.size())
        .append(" vlen=")
        .append(type.variables().size());
    for (var part : type.variables()) {
      out.append("\n\ttype_id=")
          .append(Integer.toUnsignedString(part.variable()))
          .append(" offset=")
          .append(part.offset())
          .append(" size=")
          .append(part.size());
      switch (btf.type(part.variable())) {
        case BtfType.Variable t -> named(out, " (VAR", t.name()).append(')');
        case BtfType.Function t -> named(out, " (FUNC", t.name()).append(')');
        default -> {}
      }
    }
  }

  private static String encoding(int encoding) {
    return switch (encoding) {
      case 0 -> "(none)";
      case 1 -> "SIGNED";
      case 2 -> "CHAR";
      case 4 -> "BOOL";
      default -> "UNKN";
    };
  }

  private static String linkage(int linkage) {
    return switch (linkage) {
      case 0 -> "static";
      case 1 -> "global";
      case 2 -> "extern";
      default -> "(unknown)";
    };
  }
}
