package org.ebpf4j.linux.internal.reference;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.linux.reference.FileHolder;

/// An open file of the machine, and who has it open. The kernel has one reference to what is behind
/// a file, however many descriptors stand for it.
final class OpenedFile {
  /// A descriptor: process, thread, number.
  record Place(int process, int thread, int number) {
    /// The file in `/proc` that leads to what it refers to.
    String path() {
      return process == thread
          ? "/proc/" + process + "/fd/" + number
          : "/proc/" + process + "/task/" + thread + "/fd/" + number;
    }

    String infoPath() {
      return process == thread
          ? "/proc/" + process + "/fdinfo/" + number
          : "/proc/" + process + "/task/" + thread + "/fdinfo/" + number;
    }
  }

  /// Where it is in the kernel's memory, and the object that it stands for there; 0 where that is
  /// not known.
  final long address;

  final long content;

  /// What the links in `/proc` say files of this kind are: `anon_inode:bpf-map`, `socket`, or a
  /// path.
  final String kind;

  /// Of the inode: the type of its filesystem, its device and its number; 0 where that is not
  /// known.
  final long filesystem;

  final List<Place> places = new ArrayList<>();

  /// What keeps it open besides descriptors.
  final List<FileHolder> others = new ArrayList<>();

  OpenedFile(long address, long content, String kind, long filesystem) {
    this.address = address;
    this.content = content;
    this.kind = kind;
    this.filesystem = filesystem;
  }

  /// What keeps it open, with the names of processes.
  List<FileHolder> holders(Processes processes) {
    var holders = new ArrayList<FileHolder>(descriptors(processes));
    holders.addAll(others);
    return holders;
  }

  /// Its descriptors.
  List<FileHolder.Descriptor> descriptors(Processes processes) {
    return places.stream().map(processes::descriptor).toList();
  }
}
