package org.ebpf4j.linux.internal.binary;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.ebpf4j.binary.Binary;
import org.ebpf4j.binary.ByteSource;
import org.ebpf4j.binary.ZipArchive;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.NotFoundException;

/// The program files that were read, kept as long as there is memory: a file is read again where it
/// has changed.
public final class ProgramFiles {
  private static final int MOST_KEPT = 256;
  private static final int PAGE = 4096;

  /// What tells a file from others, and from what it was before.
  private record Identity(Object file, FileTime changed, long size, String entry) {}

  private static final Map<Identity, SoftReference<ProgramFile>> KEPT = new ConcurrentHashMap<>();

  private ProgramFiles() {}

  /// Reads a file, or takes what is kept of it.
  ///
  /// @param what the attempt, for messages
  /// @param found where it is
  /// @throws org.ebpf4j.error.MalformedObjectException where it is no program file or library
  /// @throws NotFoundException where an archive has no such entry
  /// @throws BpfException where it cannot be read, or an entry cannot be mapped
  public static ProgramFile open(String what, FoundFile found) {
    var identity = identity(found);
    var reference = KEPT.get(identity);
    var kept = reference == null ? null : reference.get();
    if (kept != null) {
      return kept;
    }
    var read = read(what, found);
    KEPT.values().removeIf(r -> r.get() == null);
    if (KEPT.size() >= MOST_KEPT) {
      KEPT.clear();
    }
    KEPT.put(identity, new SoftReference<>(read));
    return read;
  }

  private static Identity identity(FoundFile found) {
    try {
      var attributes = Files.readAttributes(found.path(), BasicFileAttributes.class);
      return new Identity(
          Objects.requireNonNullElse(attributes.fileKey(), found.path()),
          attributes.lastModifiedTime(),
          attributes.size(),
          found.entry());
    } catch (IOException e) {
      throw FileError.of(found.path().toString(), "read", e);
    }
  }

  private static ProgramFile read(String what, FoundFile found) {
    ByteSource source = FileSource.of(found.path());
    if (found.entry().isEmpty()) {
      return new ProgramFile(Binary.read(found.shown(), source), 0);
    }
    var archive = ZipArchive.read(found.path().toString(), source);
    var entry =
        archive
            .find(found.entry())
            .orElseThrow(() ->
                new NotFoundException("entry of " + found.path(), found.entry(), archive.names()));
    if (!entry.isStored()) {
      throw new BpfException(
          what
              + ": "
              + found.entry()
              + " is compressed in "
              + found.path()
              + ": no process can map it, so nothing can be attached to it"
              + "\n  try: the file that the program unpacks it to");
    }
    if (entry.offset() % PAGE != 0) {
      throw new BpfException(
          what
              + ": "
              + found.entry()
              + " begins at byte "
              + entry.offset()
              + " of "
              + found.path()
              + ", in the middle of a page: no process can map it, so nothing can be attached to it"
              + "\n  try: zipalign -p 4, which moves entries to where pages begin");
    }
    return new ProgramFile(
        Binary.read(found.shown(), source.part(entry.offset(), entry.size())), entry.offset());
  }
}
