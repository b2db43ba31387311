package org.ebpf4j.btf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.elf.FileBytes;

/// The `.BTF.ext` section: for each section of code, which functions start where, which lines of C
/// the instructions came from, and the CO-RE relocations. The format is that of
/// `Documentation/bpf/btf.rst`.
///
/// @param functions function records, by section name
/// @param lines line records, by section name
/// @param relocations CO-RE relocations, by section name, in the order of the file
public record BtfExt(
    Map<String, List<FunctionInfo>> functions,
    Map<String, List<LineInfo>> lines,
    Map<String, List<CoreRelocation>> relocations) {
  private static final int MAGIC = 0xeb9f;

  /// No records at all.
  public static final BtfExt NONE = new BtfExt(Map.of(), Map.of(), Map.of());

  public BtfExt {
    functions = Map.copyOf(functions);
    lines = Map.copyOf(lines);
    relocations = Collections.unmodifiableMap(new LinkedHashMap<>(relocations));
  }

  @FunctionalInterface
  private interface RecordReader<T> {
    T read(FileBytes area, long at);
  }

  /// The strings that records name, each read once: many lines are of one file.
  private static final class Texts {
    private final Btf btf;
    private final StringBudget budget;
    private final Map<Long, String> known = new HashMap<>();

    Texts(Btf btf, FileBytes data) {
      this.btf = btf;
      this.budget = new StringBudget(data.size());
    }

    /// The string whose offset stands at `at`.
    String at(FileBytes area, long at) {
      var offset = area.u32(at);
      var text = known.get(offset);
      if (text == null) {
        text = btf.string(offset);
        budget.take(text.length(), area, at);
        known.put(offset, text);
      }
      return text;
    }
  }

  /// Reads the bytes of a `.BTF.ext` section; `btf` has the strings.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException where they are not in that format
  public static BtfExt read(FileBytes data, Btf btf) {
    data.check(0, 8, "the header of .BTF.ext");
    if (data.u16(0) != MAGIC) {
      throw data.malformed(
          0,
          "not BTF: magic 0x" + Integer.toHexString(data.u16(0)) + ", where 0xeb9f was expected");
    }
    var header = data.u32(4);
    data.check(0, header, "the header of .BTF.ext");
    if (header < 24) {
      throw data.malformed(4, "a header of " + header + " bytes, where at least 24 were expected");
    }
    var texts = new Texts(btf, data);
    var functions =
        read(
            data,
            texts,
            header,
            8,
            8,
            (area, at) -> new FunctionInfo(slot(area, at), area.s32(at + 4)));
    var lines = read(data, texts, header, 16, 16, (area, at) -> line(area, at, texts));
    Map<String, List<CoreRelocation>> relocations =
        header >= 32
            ? read(
                data,
                texts,
                header,
                24,
                16,
                (area, at) ->
                    new CoreRelocation(
                        slot(area, at),
                        area.s32(at + 4),
                        texts.at(area, at + 8),
                        area.s32(at + 12)))
            : Map.of();
    return new BtfExt(functions, lines, relocations);
  }

  private static int slot(FileBytes area, long at) {
    var bytes = area.u32(at);
    if (bytes % 8 != 0) {
      throw area.malformed(at, "instruction offset " + bytes + " is no multiple of 8");
    }
    return (int) (bytes / 8);
  }

  private static LineInfo line(FileBytes area, long at, Texts texts) {
    var place = area.s32(at + 12);
    return new LineInfo(
        slot(area, at),
        texts.at(area, at + 4),
        texts.at(area, at + 8),
        place >>> 10,
        place & 0x3ff,
        area.s32(at + 4),
        area.s32(at + 8));
  }

  private static <T> Map<String, List<T>> read(
      FileBytes data, Texts texts, long header, int field, int minimum, RecordReader<T> reader) {
    data.check(header, data.u32(field + 4), "a record area of .BTF.ext");
    var area = data.part(".BTF.ext", header + data.u32(field), data.u32(field + 4));
    var records = new LinkedHashMap<String, List<T>>();
    if (area.size() == 0) {
      return records;
    }
    var size = area.u32(0);
    if (size < minimum) {
      throw area.malformed(
          0, "records of " + size + " bytes, where at least " + minimum + " were expected");
    }
    long at = 4;
    while (at < area.size()) {
      var section = texts.at(area, at);
      var count = area.u32(at + 4);
      at += 8;
      area.check(at, count * size, "the records of section " + section);
      var list = records.computeIfAbsent(section, _ -> new ArrayList<>());
      for (long i = 0; i < count; i++, at += size) {
        list.add(reader.read(area, at));
      }
    }
    return records;
  }

  /// The bytes of a `.BTF.ext` section with these records. Their strings are added to `types`,
  /// which is to be built after this, and whose byte order is used.
  ///
  /// @throws IllegalArgumentException for a line or column that the format cannot hold, or a
  ///   section of records without any
  public byte[] toBytes(BtfBuilder types) {
    return new ExtWriter(types).write(this);
  }
}
