package org.ebpf4j.linux.internal.reference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.linux.reference.FileHolder;

/// Open files that other files hold: in messages that wait at unix sockets, and registered with
/// io_urings. Found in the kernel's memory.
final class FilesInFiles {
  private static final int AF_UNIX = 1;

  /// How many messages of a socket are looked at.
  private static final int MAX_MESSAGES = 1000;

  private static final int MAX_FILES = 253;
  private static final long SLOT_FLAGS = 7;

  private final KernelView kernel;
  private final Processes processes;
  private final List<OpenedFile> files;
  private final Map<Long, OpenedFile> byAddress = new HashMap<>();

  private FilesInFiles(KernelView kernel, Processes processes, List<OpenedFile> files) {
    this.kernel = kernel;
    this.processes = processes;
    this.files = files;
    files.forEach(f -> byAddress.put(f.address, f));
  }

  /// Adds to `files` what messages have.
  ///
  /// @return whether this kernel's structures are known
  static boolean findMessages(List<OpenedFile> files, KernelView kernel, Processes processes) {
    return new FilesInFiles(kernel, processes, files)
        .messages(files.stream().filter(f -> f.kind.equals("socket")).toList());
  }

  /// Adds to `files` what rings have.
  ///
  /// @return whether this kernel's structures are known
  static boolean findRegistered(List<OpenedFile> files, KernelView kernel, Processes processes) {
    return new FilesInFiles(kernel, processes, files)
        .rings(files.stream().filter(f -> f.kind.equals("anon_inode:[io_uring]")).toList());
  }

  private void add(long address, FileHolder holder) {
    var file = byAddress.get(address);
    if (file == null) {
      var content =
          kernel.memory()
              .follow(new long[] {address}, kernel.layout().of("file", "private_data"))[0];
      file = new OpenedFile(address, content, "", 0);
      byAddress.put(address, file);
      files.add(file);
    }
    file.others.add(holder);
  }

  private boolean messages(List<OpenedFile> sockets) {
    var layout = kernel.layout();
    var memory = kernel.memory();
    var passed = layout.find("unix_skb_parms", "fp");
    if (passed.isEmpty()) {
      return false;
    }
    var socks = SocketSearch.socks(kernel, sockets);
    var families = memory.follow(socks, layout.of("sock", "__sk_common", "skc_family"));
    var queue = layout.of("sock", "sk_receive_queue");
    var first = memory.follow(socks, queue);
    var parameters = layout.of("sk_buff", "cb") + passed.getAsInt();
    for (int i = 0; i < socks.length; i++) {
      if ((families[i] & 0xffff) != AF_UNIX) {
        continue;
      }
      var end = socks[i] + queue;
      var message = first[i];
      for (int n = 0; message != 0 && message != end && n < MAX_MESSAGES; n++) {
        var words = memory.words(new long[] {message, message + parameters});
        passedFiles(words[1], sockets.get(i));
        message = words[0];
      }
    }
    return true;
  }

  private void passedFiles(long list, OpenedFile socket) {
    if (list == 0) {
      return;
    }
    var layout = kernel.layout();
    var count =
        kernel.memory().follow(new long[] {list}, layout.of("scm_fp_list", "count"))[0] & 0xffff;
    var at = new long[(int) Math.min(count, MAX_FILES)];
    for (int i = 0; i < at.length; i++) {
      at[i] = list + layout.of("scm_fp_list", "fp") + (long) i * Long.BYTES;
    }
    for (var file : kernel.memory().words(at)) {
      if (file != 0) {
        add(file, new FileHolder.InFlight(socket.descriptors(processes)));
      }
    }
  }

  /// Since 6.13 a ring has nodes that have files; before, it has the files.
  private boolean rings(List<OpenedFile> rings) {
    var layout = kernel.layout();
    var nodes = layout.find("io_ring_ctx", "file_table", "data", "nodes");
    for (var ring : rings) {
      if (nodes.isPresent()) {
        var counted =
            kernel
                .memory()
                .words(
                    new long[] {
                      ring.content + layout.of("io_ring_ctx", "file_table", "data", "nr"),
                      ring.content + nodes.getAsInt()
                    });
        slots(ring, table(counted[1], (int) counted[0]), layout.of("io_rsrc_node", "file_ptr"));
      } else if (!olderRing(ring)) {
        return false;
      }
    }
    return true;
  }

  private boolean olderRing(OpenedFile ring) {
    var layout = kernel.layout();
    var files = layout.find("io_ring_ctx", "file_table", "files");
    var number = layout.find("io_ring_ctx", "nr_user_files");
    var slot = layout.find("io_fixed_file", "file_ptr");
    if (files.isEmpty() || number.isEmpty() || slot.isEmpty()) {
      return false;
    }
    var counted =
        kernel
            .memory()
            .words(new long[] {ring.content + number.getAsInt(), ring.content + files.getAsInt()});
    registered(ring, table(counted[1], (int) counted[0]));
    return true;
  }

  /// The words of an array.
  private long[] table(long at, int count) {
    if (at == 0 || count < 0 || count > 1 << 20) {
      return new long[0];
    }
    var addresses = new long[count];
    for (int i = 0; i < count; i++) {
      addresses[i] = at + (long) i * Long.BYTES;
    }
    return kernel.memory().words(addresses);
  }

  private void slots(OpenedFile ring, long[] nodes, int file) {
    registered(ring, kernel.memory().follow(nodes, file));
  }

  private void registered(OpenedFile ring, long[] slots) {
    var rings = new ArrayList<>(ring.descriptors(processes));
    for (int i = 0; i < slots.length; i++) {
      if ((slots[i] & ~SLOT_FLAGS) != 0) {
        add(slots[i] & ~SLOT_FLAGS, new FileHolder.RegisteredFile(rings, i));
      }
    }
  }
}
