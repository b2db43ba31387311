package org.ebpf4j.verifierlog;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the verifier knows of a register, such as `map_value(map=counts,ks=4,vs=8,umax=56)`.
///
/// @param kind the kind of value, such as `map_value`, `scalar`, `fp-8`, or a number
/// @param properties what is known besides, by name
/// @param text all of it, as the log has it
record RegisterState(String kind, Map<String, String> properties, String text) {
  RegisterState {
    properties = Map.copyOf(properties);
  }

  /// The state of a register in a line of states; null where the line does not have it.
  ///
  /// @param states such as `R0=0 R6_w=scalar(umax=7) R10=fp0`
  /// @param register a register's number
  static @Nullable RegisterState find(String states, int register) {
    var name = "R" + register;
    for (int at = states.indexOf(name); at >= 0; at = states.indexOf(name, at + 1)) {
      var i = at + name.length();
      var begins = at == 0 || !Character.isLetterOrDigit(states.charAt(at - 1));
      if (begins && i < states.length() && states.charAt(i) == '_') {
        i++;
        while (i < states.length() && Character.isLetter(states.charAt(i))) {
          i++;
        }
      }
      if (begins && i < states.length() && states.charAt(i) == '=') {
        return at(states, i + 1);
      }
    }
    return null;
  }

  private static RegisterState at(String states, int begin) {
    var depth = 0;
    var end = begin;
    while (end < states.length()) {
      var c = states.charAt(end);
      if (depth == 0 && Character.isWhitespace(c)) {
        break;
      }
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      end++;
      if (c == ')' && depth <= 0) {
        break;
      }
    }
    var text = states.substring(begin, end);
    var open = text.indexOf('(');
    var kind = open < 0 ? text : text.substring(0, open);
    if (kind.startsWith("P") && kind.length() > 1) {
      kind = kind.substring(1);
    } else if (kind.startsWith("invP")) {
      kind = "inv" + kind.substring("invP".length());
    }
    var properties =
        open < 0 ? Map.<String, String>of() : properties(text.substring(open + 1, text.length()));
    return new RegisterState(kind, properties, text);
  }

  /// `smin=smin32=0,smax=umax=7,var_off=(0x0; 0x7))`: names in a row share a value.
  private static Map<String, String> properties(String text) {
    var properties = new LinkedHashMap<String, String>();
    var depth = 0;
    var begin = 0;
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if ((c == ',' && depth == 0) || depth < 0 || i == text.length() - 1) {
        var ends = depth < 0 || c == ',' ? i : i + 1;
        property(text.substring(begin, ends), properties);
        begin = i + 1;
        if (depth < 0) {
          break;
        }
      }
    }
    return properties;
  }

  private static void property(String text, Map<String, String> properties) {
    var parts = text.split("=", -1);
    for (int i = 0; i < parts.length - 1; i++) {
      properties.put(parts[i].strip(), parts[parts.length - 1].strip());
    }
  }

  /// A property that is a number.
  Optional<Long> number(String name) {
    return Optional.ofNullable(properties.get(name)).flatMap(RegisterState::parse);
  }

  private static Optional<Long> parse(String text) {
    if (text.length() > 20) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          text.startsWith("0x")
              ? Long.parseUnsignedLong(text.substring(2), 16)
              : text.startsWith("-0x")
                  ? -Long.parseLong(text.substring(3), 16)
                  : Long.parseLong(text));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  /// Whether it may be null.
  boolean mayBeNull() {
    return kind.contains("_or_null");
  }

  boolean isPacketPart() {
    return kind.startsWith("pkt");
  }

  /// Whether it is a number, and no pointer.
  boolean isNumber() {
    return kind.equals("scalar") || kind.startsWith("inv") || parse(kind).isPresent();
  }

  /// Whether it is a pointer to a place that is not constant.
  boolean isVariable() {
    return properties.containsKey("var_off") || text.contains("_value=");
  }

  /// It in words.
  String words() {
    if (mayBeNull()) {
      return pointer(kind.replace("_or_null", "")) + ", or null";
    }
    return isNumber() ? inWords() : pointer(kind) + place();
  }

  /// What a pointer leads to, without the place in it.
  String target() {
    return pointer(kind);
  }

  private String inWords() {
    var value = parse(kind.startsWith("inv") ? kind.substring("inv".length()) : kind);
    if (value.isPresent()) {
      return "the number " + value.get();
    }
    var least = number("umin").or(() -> number("umin_value"));
    var most = number("umax").or(() -> number("umax_value"));
    var signedLeast = number("smin").or(() -> number("smin_value"));
    var signedMost = number("smax").or(() -> number("smax_value"));
    if (most.isPresent() && most.get() >= 0) {
      return range(least.orElse(0L), most.get());
    }
    if (signedLeast.isPresent() || signedMost.isPresent()) {
      return signedLeast.isPresent() && signedMost.isPresent()
          ? range(signedLeast.get(), signedMost.get())
          : signedMost.isPresent()
              ? "a number of at most " + signedMost.get()
              : "a number of at least " + signedLeast.orElseThrow();
    }
    return "any number";
  }

  private static String range(long least, long most) {
    return "a number from " + least + " to " + most;
  }

  private String pointer(String name) {
    var map = properties.get("map");
    if (name.equals("map_value")) {
      return (map == null ? "the value of a map" : "the value of map '" + map + "'")
          + number("vs").map(size -> " (" + size + " bytes)").orElse("");
    }
    if (name.equals("map_ptr")) {
      return map == null ? "a map" : "map '" + map + "'";
    }
    if (name.startsWith("fp")) {
      return name.equals("fp") || name.equals("fp0")
          ? "the stack"
          : "the stack, at " + name.substring("fp".length());
    }
    return switch (name) {
      case "ctx" -> "the context";
      case "pkt" -> "the packet" + number("r").map(RegisterState::checked).orElse("");
      case "pkt_end" -> "the end of the packet";
      case "pkt_meta" -> "the metadata of the packet";
      case "ringbuf_mem", "alloc_mem" -> "a record of a ring buffer";
      case "mem", "rdonly_mem" ->
          "memory" + number("sz").map(size -> " of " + size + " bytes").orElse("");
      case "sock", "sock_common", "tcp_sock", "xdp_sock" -> "a socket";
      default -> structure(name);
    };
  }

  private static String checked(long bytes) {
    return bytes == 0
        ? ", nothing of which is known to be there"
        : ", of which " + bytes + " bytes are known to be there";
  }

  /// `trusted_ptr_task_struct`, `ptr_file`.
  private static String structure(String name) {
    var at = name.indexOf("ptr_");
    if (at < 0) {
      return name.isEmpty() ? "a value" : name;
    }
    var struct = name.substring(at + "ptr_".length());
    return (name.startsWith("untrusted_")
            ? "an untrusted pointer to "
            : name.startsWith("rcu_") ? "an RCU pointer to " : "a pointer to ")
        + struct;
  }

  /// Where in what it points to, where that is not its beginning.
  private String place() {
    var least = number("umin").or(() -> number("umin_value")).orElse(0L);
    var most =
        number("umax")
            .or(() -> number("umax_value"))
            .or(() -> number("smax").or(() -> number("smax_value")));
    var fixed = number("off").or(() -> number("imm")).orElse(0L);
    if (isVariable()) {
      return most.isPresent() && most.get() >= 0
          ? ", at " + (fixed + least) + " to " + (fixed + most.get())
          : ", at a place without bounds";
    }
    return fixed == 0 ? "" : ", at " + fixed;
  }
}
