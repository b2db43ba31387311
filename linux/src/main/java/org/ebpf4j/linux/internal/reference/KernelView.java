package org.ebpf4j.linux.internal.reference;

import static org.ebpf4j.linux.internal.reference.IteratorCode.Word.u32;
import static org.ebpf4j.linux.internal.reference.IteratorCode.Word.u64;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.reference.FileHolder;
import org.ebpf4j.linux.reference.ObjectKey;
import org.jspecify.annotations.Nullable;

/// What iterators tell of the kernel: its objects with their addresses and counts, and the open
/// files of all processes.
final class KernelView implements AutoCloseable {
  /// Pointers of the kernel's to a map's or a file's object.
  private static final int CONTEXT_OBJECT = 8;

  private static final int CONTEXT_FILE = 24;

  private final Layout layout;
  private final List<KernelIteration> parts = new ArrayList<>();
  private final KernelMemory memory;
  private final KernelIteration programs;
  private final KernelIteration maps;
  private final @Nullable KernelIteration links;
  private final KernelIteration files;
  private final Set<ObjectKey> own = new HashSet<>();

  /// Objects by their addresses; programs also by those of their `bpf_prog_aux`.
  final Map<Long, ObjectKey> objects = new HashMap<>();

  /// The addresses of objects.
  final Map<ObjectKey, Long> addresses = new LinkedHashMap<>();

  /// What there is of maps. They are not opened for that: closing the only descriptor of one would
  /// have effects, as an array of programs is emptied then.
  final List<LivingObjects.MapFacts> mapFacts = new ArrayList<>();

  /// The address of the `bpf_prog_aux` of each program.
  final Map<ObjectKey, Long> auxiliaries = new LinkedHashMap<>();

  private KernelView() {
    layout = new Layout();
    memory = KernelMemory.open();
    try {
      var aux = layout.of("bpf_prog", "aux");
      programs =
          add(
              "bpf_prog",
              new IteratorCode(
                  CONTEXT_OBJECT,
                  u32(CONTEXT_OBJECT, aux, layout.of("bpf_prog_aux", "id")),
                  u64(CONTEXT_OBJECT),
                  u64(CONTEXT_OBJECT, aux, layout.of("bpf_prog_aux", "refcnt")),
                  u64(CONTEXT_OBJECT, aux)));
      maps =
          add(
              "bpf_map",
              new IteratorCode(
                  CONTEXT_OBJECT,
                  u32(CONTEXT_OBJECT, layout.of("bpf_map", "id")),
                  u64(CONTEXT_OBJECT),
                  u64(CONTEXT_OBJECT, layout.of("bpf_map", "refcnt")),
                  u64(CONTEXT_OBJECT, layout.of("bpf_map", "usercnt")),
                  u32(CONTEXT_OBJECT, layout.of("bpf_map", "map_type")),
                  u32(CONTEXT_OBJECT, layout.of("bpf_map", "key_size")),
                  u32(CONTEXT_OBJECT, layout.of("bpf_map", "value_size")),
                  u32(CONTEXT_OBJECT, layout.of("bpf_map", "max_entries")),
                  u64(CONTEXT_OBJECT, layout.of("bpf_map", "name")),
                  u64(CONTEXT_OBJECT, layout.of("bpf_map", "name") + Long.BYTES),
                  u32(CONTEXT_OBJECT, layout.of("bpf_map", "btf_vmlinux_value_type_id")),
                  u32(CONTEXT_OBJECT, layout.of("bpf_map", "btf"), layout.of("btf", "id"))));
      links = links();
      files = add("task_file", fileCode());
      own.add(ObjectKey.program(memory.programId()));
      own.add(ObjectKey.map(memory.mapId()));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /// Loads what is needed.
  ///
  /// @throws org.ebpf4j.error.BpfException where the kernel has no BTF or refuses
  static KernelView open() {
    return new KernelView();
  }

  Layout layout() {
    return layout;
  }

  KernelMemory memory() {
    return memory;
  }

  /// The programs, links and maps that this is made of.
  Set<ObjectKey> own() {
    return own;
  }

  private KernelIteration add(String name, IteratorCode code) {
    var iteration = KernelIteration.open(layout, name, code);
    parts.add(iteration);
    own.add(ObjectKey.program(iteration.programId()));
    own.add(ObjectKey.link(iteration.linkId()));
    return iteration;
  }

  /// Since 5.19.
  private @Nullable KernelIteration links() {
    try {
      return add(
          "bpf_link",
          new IteratorCode(
              CONTEXT_OBJECT,
              u32(CONTEXT_OBJECT, layout.of("bpf_link", "id")),
              u64(CONTEXT_OBJECT),
              u64(CONTEXT_OBJECT, layout.of("bpf_link", "refcnt"))));
    } catch (UnsupportedFeatureException _) {
      return null;
    }
  }

  private IteratorCode fileCode() {
    var inode = layout.of("file", "f_inode");
    var superBlock = layout.of("inode", "i_sb");
    return new IteratorCode(
        CONTEXT_FILE,
        u32(CONTEXT_OBJECT, layout.of("task_struct", "tgid")),
        u32(CONTEXT_OBJECT, layout.of("task_struct", "pid")),
        u32(CONTEXT_OBJECT + Long.BYTES),
        u64(CONTEXT_FILE),
        u64(CONTEXT_FILE, layout.of("file", "f_op")),
        u64(CONTEXT_FILE, layout.of("file", "private_data")),
        u64(CONTEXT_FILE, inode, superBlock, layout.of("super_block", "s_magic")));
  }

  /// Counts the references to each object, without those of this.
  Map<ObjectKey, Count> counts() {
    var counts = new HashMap<ObjectKey, Count>();
    objects.clear();
    addresses.clear();
    for (var record : programs.run()) {
      var key = ObjectKey.program((int) record[0]);
      // The iterator itself holds the object that it is at.
      note(counts, key, record[1], new Count(record[2] - 1, -1));
      objects.put(record[3], key);
      auxiliaries.put(key, record[3]);
    }
    mapFacts.clear();
    for (var record : maps.run()) {
      mapFacts.add(facts(record));
      // Its hold is not one of a user.
      note(counts, ObjectKey.map((int) record[0]), record[1], new Count(record[2] - 1, record[3]));
    }
    if (links != null) {
      for (var record : links.run()) {
        note(counts, ObjectKey.link((int) record[0]), record[1], new Count(record[2] - 1, -1));
      }
    }
    return counts;
  }

  private static LivingObjects.MapFacts facts(long[] record) {
    var name = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.nativeOrder());
    name.putLong(record[8]).putLong(record[9]);
    return new LivingObjects.MapFacts(
        (int) record[0],
        (int) record[4],
        (int) record[5],
        (int) record[6],
        record[7],
        LivingObjects.name(name.array(), 0),
        (int) record[11],
        (int) record[10]);
  }

  private void note(Map<ObjectKey, Count> counts, ObjectKey key, long address, Count count) {
    objects.put(address, key);
    addresses.put(key, address);
    counts.put(key, count);
  }

  /// The open files of all processes. Kinds of files are told by the links in `/proc`, one for each
  /// table of operations that files have.
  List<OpenedFile> files() {
    var records = files.run();
    var kinds = new HashMap<Long, String>();
    for (var record : records) {
      if (kinds.getOrDefault(record[4], "").isEmpty()) {
        kinds.put(record[4], kind(Processes.target(place(record).path())));
      }
    }
    var found = new LinkedHashMap<Long, OpenedFile>();
    for (var record : records) {
      found
          .computeIfAbsent(
              record[3],
              address ->
                  new OpenedFile(address, record[5], kinds.getOrDefault(record[4], ""), record[6]))
          .places
          .add(place(record));
    }
    return new ArrayList<>(found.values());
  }

  private static OpenedFile.Place place(long[] record) {
    return new OpenedFile.Place((int) record[0], (int) record[1], (int) record[2]);
  }

  /// `socket:[123]` is a socket, whatever its number.
  static String kind(String target) {
    var bracket = target.indexOf(":[");
    return bracket > 0 && !target.startsWith("/") && !target.startsWith("anon_inode:")
        ? target.substring(0, bracket)
        : target;
  }

  /// Adds to files of maps the memory that they are mapped into (since 5.12).
  ///
  /// @return whether the kernel tells of them
  boolean addMappings(List<OpenedFile> opened, Processes processes) {
    var operations = mapOperations(opened);
    if (operations == 0 || layout.function("bpf_iter_task_vma").isEmpty()) {
      return false;
    }
    var file = layout.of("vm_area_struct", "vm_file");
    var area = CONTEXT_OBJECT + Long.BYTES;
    var code =
        new IteratorCode(
                area,
                u64(area, file, layout.of("file", "f_op")),
                u32(CONTEXT_OBJECT, layout.of("task_struct", "tgid")),
                u64(area, layout.of("vm_area_struct", "vm_start")),
                u64(area, file),
                u64(area, file, layout.of("file", "private_data")))
            .only(0, operations);
    var byAddress = new HashMap<Long, OpenedFile>();
    opened.forEach(f -> byAddress.put(f.address, f));
    try (var areas = KernelIteration.open(layout, "task_vma", code)) {
      own.add(ObjectKey.program(areas.programId()));
      own.add(ObjectKey.link(areas.linkId()));
      for (var record : areas.run()) {
        var mapped = byAddress.get(record[3]);
        if (mapped == null) {
          mapped = new OpenedFile(record[3], record[4], "anon_inode:bpf-map", 0);
          byAddress.put(record[3], mapped);
          opened.add(mapped);
        }
        var process = (int) record[1];
        mapped.others.add(
            new FileHolder.MappedMemory(process, record[2], processes.command(process)));
      }
    }
    return true;
  }

  /// The table of operations of files of maps: that of the map which this itself has open.
  private long mapOperations(List<OpenedFile> opened) {
    for (var file : opened) {
      var object = objects.get(file.content);
      if (object != null && object.equals(ObjectKey.map(memory.mapId()))) {
        return memory.follow(new long[] {file.address}, layout.of("file", "f_op"))[0];
      }
    }
    return 0;
  }

  @Override
  public void close() {
    parts.forEach(KernelIteration::close);
    memory.close();
  }
}
