package org.ebpf4j.linux.metrics;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.ebpf4j.RawMap;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.jspecify.annotations.Nullable;

/// The entries of a map as numbers with labels. The labels come from the key; the numbers are the
/// value, or the members of the value that are numbers. What the CPUs have of a per-CPU map is
/// summed. It holds nothing itself: whoever opened the map closes it. Any thread may read it.
public final class MapSamples {
  /// A sample without its value.
  private record Series(String name, Map<String, String> labels) {}

  private final RawMap map;
  private final String name;
  private final List<Label> labels;
  private final List<Value> values;
  private final int stride;
  private final @Nullable CpuLabel cpus;

  /// A label that is the CPU.
  private record CpuLabel(String name, IntFunction<Optional<String>> text) {}

  private MapSamples(
      RawMap map,
      String name,
      List<Label> labels,
      List<Value> values,
      int stride,
      @Nullable CpuLabel cpus) {
    this.map = map;
    this.name = name;
    this.labels = labels;
    this.values = values;
    this.stride = stride;
    this.cpus = cpus;
  }

  /// A map with the labels that its type tells ([Label#ofKey(RawMap)]), and all numbers of its
  /// values: named like the map where the value is a number, and like the map and the member, as in
  /// `traffic_bytes`, where it is a struct. Of an array of numbers each is a sample, with its index
  /// as a label, named like the array's member, or `index`.
  ///
  /// @throws IllegalArgumentException for a map without keys, and one whose values hold no number
  public static MapSamples of(RawMap map) {
    var valueSize = map.elementSize();
    var values = Value.of(map, valueSize);
    if (map.keySize() == 0) {
      throw new IllegalArgumentException("map '" + map.name() + "' has no keys");
    }
    if (values.isEmpty()) {
      throw new IllegalArgumentException(
          "map '"
              + map.name()
              + "' has no number in its values of "
              + valueSize
              + " bytes, as far as their type is known");
    }
    var stride = map.isPerCpu() ? Math.ceilDiv(valueSize, 8) * 8 : map.valueSize();
    return new MapSamples(map, map.name(), Label.ofKey(map), values, stride, null);
  }

  /// The same under another name in place of the map's.
  public MapSamples withName(String other) {
    return new MapSamples(map, other, labels, values, stride, cpus);
  }

  /// The same with other labels. Entries whose labels are then equal are summed.
  ///
  /// @throws IllegalArgumentException where a label is no part of the key, or two have one name
  public MapSamples withLabels(List<Label> others) {
    var names = new HashSet<String>();
    for (var label : others) {
      if (label.offset() < 0 || label.size() < 0 || label.offset() > map.keySize() - label.size()) {
        throw new IllegalArgumentException(
            "label '"
                + label.name()
                + "' would be "
                + label.size()
                + " bytes at byte "
                + label.offset()
                + " of a key of "
                + map.keySize());
      }
      if (!names.add(label.name())) {
        throw new IllegalArgumentException("two labels are named '" + label.name() + "'");
      }
    }
    if (cpus != null && names.contains(cpus.name())) {
      throw new IllegalArgumentException("two labels are named '" + cpus.name() + "'");
    }
    return new MapSamples(map, name, List.copyOf(others), values, stride, cpus);
  }

  /// What each CPU has of a per-CPU map by itself, instead of the sum, with a last label that says
  /// which CPU: its number among the CPUs that are possible.
  ///
  /// @param label the name of the label
  /// @param text what the label says of a CPU; empty where that CPU is left out
  /// @throws IllegalArgumentException where the map is not per CPU, or has a label of that name
  public MapSamples withCpuLabel(String label, IntFunction<Optional<String>> text) {
    if (!map.isPerCpu()) {
      throw new IllegalArgumentException("map '" + map.name() + "' has no value for each CPU");
    }
    if (labels.stream().anyMatch(l -> l.name().equals(label))) {
      throw new IllegalArgumentException("two labels are named '" + label + "'");
    }
    return new MapSamples(map, name, labels, values, stride, new CpuLabel(label, text));
  }

  /// The same with the number of the CPU as it is.
  public MapSamples withCpuLabel(String label) {
    return withCpuLabel(label, cpu -> Optional.of(Integer.toString(cpu)));
  }

  /// The members of the values that are numbers or arrays of them; one that is empty where the
  /// value is itself such.
  public List<String> members() {
    return values.stream().map(Value::path).toList();
  }

  /// Only one member of the values. Samples then have the name without the member's.
  ///
  /// @throws NotFoundException where there is none of that name that is a number or an array of
  ///   them
  public MapSamples withMember(String member) {
    var found =
        values.stream()
            .filter(v -> v.path().equals(member))
            .findFirst()
            .orElseThrow(() ->
                new NotFoundException(
                    "number in the values of map '" + map.name() + "':", member, members()));
    return new MapSamples(
        map,
        name,
        labels,
        List.of(new Value("", found.offset(), found.size(), found.form(), found.count())),
        stride,
        cpus);
  }

  /// The label in which the index of an array's numbers stands; empty where no value is an array.
  public String indexLabel() {
    return values.stream().filter(v -> v.count() > 0).map(this::index).findFirst().orElse("");
  }

  /// How many numbers that array has; 0 where no value is an array.
  public int arrayLength() {
    return values.stream().mapToInt(Value::count).filter(c -> c > 0).findFirst().orElse(0);
  }

  private String index(Value value) {
    var index = value.path().isEmpty() ? "index" : value.path();
    for (var label : labels) {
      if (label.name().equals(index)) {
        return index + "_index";
      }
    }
    return index;
  }

  /// Reads the entries as they are now. Any thread, any number at a time.
  ///
  /// @throws org.ebpf4j.error.BpfException where the thread is interrupted meanwhile; it stays so
  /// @throws IllegalStateException where the map is closed
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses
  public List<Sample> read() {
    var read = new LinkedHashMap<Series, Double>();
    if (!map.entries().forEach((key, value) -> add(key, value, read))) {
      // Some may have been seen twice, and summed.
      read.clear();
      var seen = new HashSet<ByteBuffer>();
      map.entries()
          .forEach((key, value) -> {
            if (seen.add(ByteBuffer.wrap(key))) {
              add(key, value, read);
            }
          });
    }
    return read.entrySet().stream()
        .map(e -> new Sample(e.getKey().name(), e.getKey().labels(), e.getValue()))
        .toList();
  }

  private void add(byte[] key, byte[] bytes, Map<Series, Double> read) {
    if (Thread.currentThread().isInterrupted()) {
      throw new BpfException("the reading of map '" + map.name() + "' was interrupted");
    }
    var own = new LinkedHashMap<String, String>();
    for (var label : labels) {
      var text = label.of(key);
      if (text.isEmpty()) {
        return;
      }
      own.put(label.name(), text.get());
    }
    if (cpus == null) {
      add(own, bytes, read);
      return;
    }
    for (int cpu = 0; cpu < bytes.length / stride; cpu++) {
      var text = cpus.text().apply(cpu);
      if (text.isPresent()) {
        var ofCpu = new LinkedHashMap<>(own);
        ofCpu.put(cpus.name(), text.get());
        add(ofCpu, Arrays.copyOfRange(bytes, cpu * stride, (cpu + 1) * stride), read);
      }
    }
  }

  private void add(Map<String, String> own, byte[] bytes, Map<Series, Double> read) {
    for (var value : values) {
      var full = value.path().isEmpty() ? name : name + "_" + value.path();
      if (value.count() == 0) {
        read.merge(new Series(full, own), value.read(bytes, stride, 0), Double::sum);
      }
      for (int i = 0; i < value.count(); i++) {
        var indexed = new LinkedHashMap<>(own);
        indexed.put(index(value), Integer.toString(i));
        read.merge(new Series(full, indexed), value.read(bytes, stride, i), Double::sum);
      }
    }
  }
}
