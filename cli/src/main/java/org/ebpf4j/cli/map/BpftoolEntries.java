package org.ebpf4j.cli.map;

import org.ebpf4j.btf.text.ByteText;

/// Entries as `bpftool -j map dump` has them.
final class BpftoolEntries {
  private static final char[] DIGITS = "0123456789abcdef".toCharArray();

  private final Content content;
  private final BpftoolValues values;

  BpftoolEntries(Content content) {
    this.content = content;
    this.values = new BpftoolValues();
  }

  void put(byte[] key, byte[] value, ByteText text) {
    text.add("{\"key\":");
    bytes(key, 0, content.key().size(), text);
    if (content.cpus() == 0) {
      text.add(",\"value\":");
      bytes(value, 0, content.value().size(), text);
    } else {
      text.add(",\"values\":[");
      for (int cpu = 0; cpu < content.cpus(); cpu++) {
        text.add(cpu == 0 ? "" : ",");
        text.add("{\"cpu\":" + cpu + ",\"value\":");
        bytes(value, cpu * content.stride(), content.value().size(), text);
        text.add('}');
      }
      text.add(']');
    }
    formatted(key, value, text);
    text.add('}');
  }

  private void formatted(byte[] key, byte[] value, ByteText text) {
    var ofKey = content.key().types();
    var ofValue = content.value().types();
    if (ofKey.isEmpty() && ofValue.isEmpty()) {
      return;
    }
    text.add(",\"formatted\":{");
    if (ofKey.isPresent()) {
      text.add("\"key\":");
      values.put(ofKey.get(), content.key().type(), key, 0, text);
      text.add(ofValue.isPresent() ? "," : "");
    }
    if (ofValue.isPresent()) {
      if (content.cpus() == 0) {
        text.add("\"value\":");
        values.put(ofValue.get(), content.value().type(), value, 0, text);
      } else {
        text.add("\"values\":[");
        for (int cpu = 0; cpu < content.cpus(); cpu++) {
          text.add(cpu == 0 ? "" : ",");
          text.add("{\"cpu\":" + cpu + ",\"value\":");
          values.put(ofValue.get(), content.value().type(), value, cpu * content.stride(), text);
          text.add('}');
        }
        text.add(']');
      }
    }
    text.add('}');
  }

  private static void bytes(byte[] bytes, int from, int count, ByteText text) {
    text.add('[');
    for (int i = 0; i < count; i++) {
      text.add(i == 0 ? "\"0x" : ",\"0x");
      text.add(DIGITS[bytes[from + i] >> 4 & 0xf]);
      text.add(DIGITS[bytes[from + i] & 0xf]);
      text.add('"');
    }
    text.add(']');
  }
}
