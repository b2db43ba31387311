package org.ebpf4j.linux.reference;

import java.util.List;

/// What keeps an open file of the kernel open. All holders of one file share one reference.
public sealed interface FileHolder {
  /// What it is, for people: `fd 7 of envoy[812]`.
  String text();

  /// What would end it.
  String release();

  /// A descriptor of a process.
  ///
  /// @param process its id
  /// @param thread the thread whose table of descriptors it is in: the process's id, except where a
  ///   thread has a table of its own
  /// @param number the descriptor
  /// @param command the name of the process, at most 15 bytes
  /// @param cgroup the path of its cgroup, such as `/system.slice/envoy.service`; empty where it is
  ///   not known
  record Descriptor(int process, int thread, int number, String command, String cgroup)
      implements FileHolder {
    @Override
    public String text() {
      return "fd "
          + number
          + " of "
          + command
          + "["
          + process
          + "]"
          + (thread == process ? "" : ", in thread " + thread + " alone");
    }

    @Override
    public String release() {
      return "close fd " + number + " in process " + process + " (" + command + "), or end it";
    }

    /// The container that the process is in, as the name of its cgroup says: the first 12 digits of
    /// its id; empty for none that is known.
    public String container() {
      for (var part : cgroup.split("[/:.-]")) {
        if (part.length() == 64 && part.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
          return part.substring(0, 12);
        }
      }
      return "";
    }
  }

  /// Memory that is mapped into a process, which keeps the file also when its descriptor is closed.
  ///
  /// @param process its id
  /// @param address where the memory begins
  /// @param command the name of the process
  record MappedMemory(int process, long address, String command) implements FileHolder {
    @Override
    public String text() {
      return "memory mapped at 0x"
          + Long.toHexString(address)
          + " of "
          + command
          + "["
          + process
          + "]";
    }

    @Override
    public String release() {
      return "unmap 0x"
          + Long.toHexString(address)
          + " in process "
          + process
          + " ("
          + command
          + "), or end it";
    }
  }

  /// A message that waits at a socket (`SCM_RIGHTS`).
  ///
  /// @param sockets the descriptors of the socket it waits at
  record InFlight(List<Descriptor> sockets) implements FileHolder {
    public InFlight {
      sockets = List.copyOf(sockets);
    }

    @Override
    public String text() {
      return "a message that waits at the unix socket " + texts(sockets);
    }

    @Override
    public String release() {
      return "receive the message at, or close, the unix socket " + texts(sockets);
    }
  }

  /// A file registered with an io_uring.
  ///
  /// @param rings the descriptors of the ring
  /// @param slot its number there
  record RegisteredFile(List<Descriptor> rings, int slot) implements FileHolder {
    public RegisteredFile {
      rings = List.copyOf(rings);
    }

    @Override
    public String text() {
      return "file " + slot + " registered with the io_uring " + texts(rings);
    }

    @Override
    public String release() {
      return "unregister file " + slot + " of, or close, the io_uring " + texts(rings);
    }
  }

  private static String texts(List<Descriptor> descriptors) {
    var first = descriptors.isEmpty() ? "?" : descriptors.getFirst().text();
    return descriptors.size() < 2 ? first : first + " and " + (descriptors.size() - 1) + " more";
  }
}
