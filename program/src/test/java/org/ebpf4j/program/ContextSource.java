package org.ebpf4j.program;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.context.ContextField;
import org.ebpf4j.context.ContextRules;
import org.ebpf4j.context.ContextStruct;

/// Writes the classes of contexts: a method for each field of a struct of the table in core, and
/// one that writes it where some program may.
final class ContextSource {
  /// The structs, their classes, and what is said of them.
  static final Map<String, List<String>> CLASSES =
      Map.of(
          "__sk_buff",
          List.of(
              "SocketBuffer",
              "The context of programs that see packets with what the kernel knows of them: `tc`, socket filters, `cgroup_skb`, `lwt`, `sk_skb`."),
          "bpf_sock_ops",
          List.of(
              "SocketOperation",
              "The context of programs that are told what happens to connections of TCP (`sockops`)."),
          "sk_msg_md",
          List.of(
              "SocketMessage",
              "The context of programs that see what is sent into a socket (`sk_msg`)."),
          "bpf_sock_addr",
          List.of(
              "SocketAddress",
              "The context of programs that see and change addresses of system calls on sockets (`cgroup/connect4` and its like)."),
          "bpf_sysctl",
          List.of(
              "Sysctl",
              "The context of programs that see reads and writes of `/proc/sys` (`cgroup/sysctl`)."),
          "bpf_cgroup_dev_ctx",
          List.of(
              "DeviceAccess",
              "The context of programs that decide who uses a device (`cgroup/dev`)."),
          "bpf_sockopt",
          List.of(
              "SocketOption",
              "The context of programs that see options of sockets (`cgroup/getsockopt`, `cgroup/setsockopt`)."),
          "bpf_sk_lookup",
          List.of(
              "SocketLookup",
              "The context of programs that choose the socket of a packet (`sk_lookup`)."),
          "sk_reuseport_md",
          List.of(
              "ReuseportChoice",
              "The context of programs that choose among sockets of one port (`sk_reuseport`)."),
          "bpf_sock",
          List.of(
              "Socket",
              "A socket, as programs see it. A lookup gives one; it is released in the end."));

  private ContextSource() {}

  private static String camel(String name) {
    var words = name.split("_");
    var java = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      if (!words[i].isEmpty()) {
        java.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
      }
    }
    return java.toString();
  }

  static String write(String struct) {
    var said = Objects.requireNonNull(CLASSES.get(struct));
    var name = said.getFirst();
    var fields =
        ContextStruct.named(struct).fields().values().stream()
            .sorted(Comparator.comparingInt(ContextField::offset).thenComparing(ContextField::name))
            .toList();
    var packet = fields.stream().filter(f -> f.kind() == ContextField.Kind.DATA).findFirst();
    var end = fields.stream().filter(f -> f.kind() == ContextField.Kind.DATA_END).findFirst();
    var out = new StringBuilder();
    out.append("package org.ebpf4j.program;\n\n");
    out.append("/// ").append(said.getLast()).append("\n///\n");
    out.append("/// `struct ")
        .append(struct)
        .append("` of `include/uapi/linux/bpf.h`; numbers are as");
    out.append(" they are there, in the byte order of the machine or of the network.\n");
    out.append("// Written by ContextSource, from the table of core: do not change it here.\n");
    out.append("public final class ").append(name).append(" extends Context {\n");
    out.append("  /// One of a test, all of whose fields are 0.\n  public ").append(name);
    out.append("() {\n    this(new byte[0]);\n  }\n\n");
    out.append("  /// One of a test with a packet.\n  public ").append(name);
    out.append("(byte[] packet) {\n    super(\"").append(struct).append("\", packet);\n  }\n");
    if (packet.isPresent() && end.isPresent() && packet.get().width() == 4) {
      out.append("\n  /// The packet, as far as it is in one piece.\n");
      out.append("  @PacketAt(data = ").append(packet.get().offset()).append(", end = ");
      out.append(end.get().offset()).append(")\n");
      out.append("  public Packet packet() {\n    return bytesOfPacket();\n  }\n");
    }
    for (var field : fields) {
      switch (field.kind()) {
        case PLAIN, BYTES, LENGTH -> field(out, struct, field);
        case DATA, DATA_END, DATA_META, POINTER -> {}
      }
    }
    return out.append("}\n").toString();
  }

  private static void field(StringBuilder out, String struct, ContextField field) {
    var name = camel(field.name());
    var type = field.width() == 8 ? "long" : "int";
    var at = "@At(offset = " + field.offset() + ", size = " + field.width() + ")\n";
    var read = type.equals("long") ? "u64(" : field.width() == 4 ? "u32(" : "small(";
    var place = Integer.toString(field.offset());
    var width = read.equals("small(") ? ", " + field.width() : "";
    out.append("\n  /// `").append(field.name()).append("`");
    out.append(
        field.since() > 0
            ? ", since Linux " + (field.since() >> 8) + "." + (field.since() & 0xff)
            : "");
    out.append(
        field.count() > 1 ? ": one of " + field.count() + " numbers, by a constant.\n" : ".\n");
    out.append("  ").append(at).append("  public ").append(type).append(" ").append(name);
    if (field.count() > 1) {
      out.append("(int index) {\n    return ").append(read).append(place);
      out.append(" + ")
          .append(field.width())
          .append(" * checked(index, ")
          .append(field.count())
          .append("));\n  }\n");
    } else if (field.kind() == ContextField.Kind.LENGTH) {
      out.append("() {\n    return bytesOfPacket().length();\n  }\n");
    } else {
      out.append("() {\n    return ").append(read).append(place).append(width).append(");\n  }\n");
    }
    if (field.count() == 1 && isWritable(struct, field)) {
      out.append("\n  /// Sets `").append(field.name()).append("`.\n");
      out.append("  ").append(at).append("  public void ").append(name).append("(").append(type);
      out.append(" value) {\n    put(").append(place).append(", ").append(field.width());
      out.append(", value);\n  }\n");
    }
  }

  private static boolean isWritable(String struct, ContextField field) {
    return Arrays.stream(ProgramType.values())
        .map(ContextRules::of)
        .anyMatch(rules ->
            rules != null
                && rules.struct().name().equals(struct)
                && rules.writes(field.offset(), field.width()) != null);
  }
}
