package org.ebpf4j.cli.map;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.MapType;

/// An entry by words: `pid=7 value.ts=1`, `key=7 value=1`, `7 1`, `key hex 07 00 00 00`. A path
/// without `key` or `value` before it is a member of the key; `cpu2.hits` is a member of the value
/// of one CPU.
final class EntryWords {
  private static final Pattern ASSIGNMENT =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)((?:[.\\[][^=]*)?)=(.*)", Pattern.DOTALL);
  private static final Pattern CPU = Pattern.compile("cpu([0-9]{1,5})");
  private static final Pattern BYTE = Pattern.compile("(?:0x)?[0-9a-fA-F]{1,2}");

  /// A part that is written: the path begins with a dot or a bracket, or is empty.
  private record Assignment(String root, String path, String text) {}

  private final Content content;
  private final List<Assignment> keys = new ArrayList<>();
  private final List<Assignment> values = new ArrayList<>();

  private EntryWords(Content content) {
    this.content = content;
  }

  /// Reads words.
  ///
  /// @throws UsageException where they are no entry of the map
  static EntryWords read(Content content, List<String> words) {
    var entry = new EntryWords(content);
    for (int i = 0; i < words.size(); i++) {
      var word = words.get(i);
      if ((word.equals("key") || word.equals("value")) && i + 1 < words.size()) {
        i = entry.bytes(words, i);
        continue;
      }
      var matcher = ASSIGNMENT.matcher(word);
      if (matcher.matches()) {
        entry.add(matcher.group(1), matcher.group(2), matcher.group(3));
      } else if (entry.keys.isEmpty() && content.key().size() > 0) {
        entry.keys.add(new Assignment("key", "", word));
      } else if (entry.values.isEmpty()) {
        entry.values.add(new Assignment("value", "", word));
      } else {
        throw new UsageException("'" + word + "' is one too many: write member=value");
      }
    }
    return entry;
  }

  /// Takes `key hex 01 02 …` or `key 1 2 …` of bpftool; the index of the last word of it.
  private int bytes(List<String> words, int from) {
    var digits = new StringBuilder("hex:");
    var hex = words.get(from + 1).equals("hex");
    var last = from + (hex ? 1 : 0);
    while (last + 1 < words.size() && BYTE.matcher(words.get(last + 1)).matches()) {
      last++;
      var word = words.get(last);
      var number = hex || word.startsWith("0x") ? word.replace("0x", "") : decimal(word);
      digits.append(number.length() == 1 ? "0" : "").append(number);
    }
    var assignment = new Assignment(words.get(from), "", digits.toString());
    (words.get(from).equals("key") ? keys : values).add(assignment);
    return last;
  }

  private static String decimal(String word) {
    try {
      return Integer.toHexString(Integer.parseInt(word));
    } catch (NumberFormatException e) {
      throw new UsageException("'" + word + "' is no byte; before hexadecimal ones goes hex", e);
    }
  }

  private void add(String root, String path, String text) {
    switch (root) {
      case "key" -> keys.add(new Assignment(root, path, text));
      case "value" -> values.add(new Assignment(root, path, text));
      default -> {
        if (content.key().has(root)) {
          keys.add(new Assignment("key", "." + root + path, text));
        } else if (CPU.matcher(root).matches() && content.cpus() > 0) {
          values.add(new Assignment(root, path, text));
        } else if (content.value().has(root)) {
          throw new UsageException(
              "'" + root + "' is a member of the value: write value." + root + path + "=" + text);
        } else {
          throw new NotFoundException("member of the key", root, content.key().members());
        }
      }
    }
  }

  boolean hasKey() {
    return !keys.isEmpty();
  }

  boolean hasValue() {
    return !values.isEmpty();
  }

  /// Whether every byte of the value is given.
  boolean isWhole() {
    return values.stream().anyMatch(v -> v.path().isEmpty() && v.root().equals("value"));
  }

  /// The bytes of the key.
  byte[] key() {
    if (keys.isEmpty()) {
      throw new UsageException(
          "the key is missing: "
              + (content.key().members().isEmpty()
                  ? "key=…"
                  : String.join("=… ", content.key().members()) + "=…"));
    }
    var bytes = new byte[content.key().size()];
    for (var part : keys) {
      if (!prefix(bytes, part)) {
        content.key().set(bytes, 0, part.path(), part.text());
      }
    }
    return bytes;
  }

  /// Takes `key=10.0.0.0/8` for the keys of an LPM trie: the length, and behind it the address.
  private boolean prefix(byte[] bytes, Assignment part) {
    var slash = part.text().indexOf('/');
    if (content.map().type() != MapType.LPM_TRIE.number() || !part.path().isEmpty() || slash < 0) {
      return false;
    }
    var address = part.text().substring(0, slash);
    var length = part.text().substring(slash + 1);
    if (!address.matches("[0-9.]+|[0-9a-fA-F:.]+") || !length.matches("[0-9]{1,3}")) {
      throw new UsageException("'" + part.text() + "' is no prefix such as 10.0.0.0/8");
    }
    try {
      var data = java.net.InetAddress.getByName(address).getAddress();
      if (data.length != bytes.length - 4 || Integer.parseInt(length) > 8 * data.length) {
        throw new UsageException(
            "'" + part.text() + "' does not fit: keys have " + (bytes.length - 4) + " bytes");
      }
      System.arraycopy(data, 0, bytes, 4, data.length);
      java.nio.ByteBuffer.wrap(bytes)
          .order(java.nio.ByteOrder.nativeOrder())
          .putInt(0, Integer.parseInt(length));
      return true;
    } catch (java.net.UnknownHostException e) {
      throw new UsageException("'" + address + "' is no address", e);
    }
  }

  /// The bytes of the value: those of before with what is given written over.
  ///
  /// @param before as long as an entry's value is
  byte[] value(byte[] before) {
    var bytes = before.clone();
    for (var part : values) {
      var cpu = CPU.matcher(part.root());
      if (cpu.matches()) {
        var number = Integer.parseInt(cpu.group(1));
        if (number >= content.cpus()) {
          throw new UsageException(
              "no CPU " + number + ": there can be " + content.cpus() + ", from 0");
        }
        content.value().set(bytes, number * content.stride(), part.path(), part.text());
      } else {
        for (var offset : content.offsets()) {
          content.value().set(bytes, offset, part.path(), part.text());
        }
      }
    }
    return bytes;
  }
}
