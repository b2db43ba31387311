package org.ebpf4j.junit.packet;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.ebpf4j.object.Bytes;

/// Packets as text, and where two of them differ.
final class PacketText {
  private static final int LINE = 16;

  /// How many bytes of a field are shown.
  private static final int SHOWN = 64;

  private PacketText() {}

  static String name(Layer layer) {
    return layer.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /// A layer on a line: `udp: sourcePort 53, destinationPort 1024, …`.
  static String line(Layer layer) {
    var fields = new ArrayList<String>();
    for (var component : components(layer)) {
      fields.add(component.getName() + " " + field(component, layer));
    }
    return name(layer) + ": " + String.join(", ", fields);
  }

  private static RecordComponent[] components(Layer layer) {
    return layer.getClass().getRecordComponents();
  }

  private static Object value(RecordComponent component, Layer layer) {
    try {
      return Objects.requireNonNull(component.getAccessor().invoke(layer));
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String field(RecordComponent component, Layer layer) {
    return switch (value(component, layer)) {
      case InetAddress address -> address.getHostAddress();
      case Bytes bytes -> hex(bytes);
      case Integer number when isHex(component.getName()) ->
          String.format(Locale.ROOT, "0x%04x", number);
      case Object other -> other.toString();
    };
  }

  private static boolean isHex(String name) {
    return name.equals("checksum") || name.equals("type");
  }

  private static String hex(Bytes bytes) {
    if (bytes.size() == 0) {
      return "none";
    }
    var shown = bytes.copy(0, Math.min(bytes.size(), SHOWN));
    return HexFormat.of().formatHex(shown)
        + (bytes.size() > SHOWN ? "… (" + bytes.size() + " bytes)" : "");
  }

  /// Where two packets differ, field by field.
  static List<String> differences(List<Layer> expected, List<Layer> actual) {
    var found = new ArrayList<String>();
    for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
      var one = i < expected.size() ? expected.get(i) : null;
      var other = i < actual.size() ? actual.get(i) : null;
      if (one == null || other == null || one.getClass() != other.getClass()) {
        found.add(
            "layer "
                + (i + 1)
                + ": expected "
                + (one == null ? "nothing" : line(one))
                + "\n           but was "
                + (other == null ? "nothing" : line(other)));
      } else if (!one.equals(other)) {
        differences(found, one, other);
      }
    }
    return found;
  }

  private static void differences(List<String> found, Layer expected, Layer actual) {
    for (var component : components(expected)) {
      if (!value(component, expected).equals(value(component, actual))) {
        var one = field(component, expected);
        var other = field(component, actual);
        found.add(
            name(expected) + "." + component.getName() + ": expected " + one + " but was " + other);
      }
    }
  }

  /// Bytes as lines of offset, numbers and characters.
  static String dump(byte[] bytes) {
    var out = new StringBuilder();
    for (int at = 0; at < bytes.length; at += LINE) {
      out.append("  ").append(HexFormat.of().toHexDigits((short) at)).append(' ');
      var text = new StringBuilder();
      for (int i = at; i < at + LINE; i++) {
        if (i < bytes.length) {
          out.append(' ').append(HexFormat.of().toHexDigits(bytes[i]));
          text.append(bytes[i] >= ' ' && bytes[i] < 0x7f ? (char) bytes[i] : '.');
        } else {
          out.append("   ");
        }
      }
      out.append("  ").append(text).append('\n');
    }
    return out.toString();
  }
}
