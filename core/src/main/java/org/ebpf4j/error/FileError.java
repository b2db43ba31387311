package org.ebpf4j.error;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The words for what the operating system says of files. Java's exceptions often hold no more than
/// the name of the file, so none of their texts is shown as it is. Its functions are pure, and any
/// thread may call them.
public final class FileError {
  private static final String NO_SUCH_FILE = "no such file";
  private static final String DENIED = "permission denied";
  private static final String READ_ONLY = "read-only file system";
  private static final String A_DIRECTORY = "is a directory";
  private static final String NOT_A_DIRECTORY = "not a directory";

  /// What the C library calls the refusals of a privilege, as far as Java passes them on.
  private static final Map<String, Integer> REFUSALS =
      Map.of(DENIED, Errno.EACCES, "operation not permitted", Errno.EPERM, READ_ONLY, Errno.EROFS);

  /// How many names of a directory are looked at for a near one.
  private static final int SIBLINGS = 10_000;

  private FileError() {}

  /// The error that a file, directory or address could not be used: `FILE: cannot be DONE: REASON`,
  /// and for a file that should be there and is not, `FILE: no such file`. Its type is the one that
  /// callers tell such cases by: [NotFoundException], [PermissionException], or else
  /// [BpfException].
  ///
  /// @param file what it is about
  /// @param done what was tried, as a participle: `read`, `written`, `made`
  public static BpfException of(Object file, String done, IOException e) {
    var reason = reason(e);
    if (reason.equals(NO_SUCH_FILE) || reason.equals(NOT_A_DIRECTORY)) {
      var reads = done.equals("read") && reason.equals(NO_SUCH_FILE);
      var why = reason.equals(NO_SUCH_FILE) && !isRead(done) ? "no such directory" : reason;
      return NotFoundException.withMessage(
          file.toString(),
          name(file) + (reads ? ": " + why : ": cannot be " + done + ": " + why) + mend(file, e),
          e);
    }
    var message = name(file) + ": cannot be " + done + ": " + reason;
    if (REFUSALS.containsKey(reason)) {
      var refused =
          new PermissionException(
              "open",
              REFUSALS.get(reason),
              List.of(),
              message
                  + (reason.equals(READ_ONLY)
                      ? "\n  try: another place: nothing can be written there"
                      : "\n  try: run it as root, or give this user the right to do that"));
      refused.initCause(e);
      return refused;
    }
    return new BpfException(
        message + (reason.equals(A_DIRECTORY) ? "\n  try: the name of a file" : ""), e);
  }

  /// A name that is empty can be seen.
  private static String name(Object file) {
    var name = file.toString();
    return name.isEmpty() ? "''" : SafeText.line(name);
  }

  /// The second line, for a path of which something is missing: the name that comes near it, or
  /// which directory is missing.
  private static String mend(Object file, IOException e) {
    var named = e instanceof FileSystemException f ? f.getFile() : null;
    if (named == null && !(file instanceof Path)) {
      return "";
    }
    try {
      var path = Path.of(named == null ? file.toString() : named).toAbsolutePath();
      var directory = path.getParent();
      var name = path.getFileName();
      if (directory == null || name == null) {
        return "";
      }
      if (!Files.isDirectory(directory)) {
        return "\n  try: look at the path: there is no directory "
            + SafeText.line(directory.toString());
      }
      var near = near(directory, name.toString());
      return "\n  try: "
          + (near.isEmpty()
              ? "look at the path: "
                  + SafeText.line(directory.toString())
                  + " has no file of such a name"
              : "did you mean " + SafeText.line(String.join(", ", near)) + "?");
    } catch (InvalidPathException _) {
      return "";
    }
  }

  private static List<String> near(Path directory, String name) {
    try (var files = Files.list(directory)) {
      return NearestNames.near(
          name, files.limit(SIBLINGS).map(f -> String.valueOf(f.getFileName())).toList());
    } catch (IOException | UncheckedIOException _) {
      return List.of();
    }
  }

  /// Where a file itself is missing, and not the directory for it.
  private static boolean isRead(String done) {
    return done.equals("read") || done.equals("listed") || done.equals("followed");
  }

  /// Why, in a few words without a name: `no such file`, `permission denied`, `is a directory`.
  public static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> NO_SUCH_FILE;
      case FileNotFoundException f -> ofText(inBrackets(f.getMessage()));
      case AccessDeniedException _ -> DENIED;
      case FileAlreadyExistsException _ -> "it is there already";
      case DirectoryNotEmptyException _ -> "the directory is not empty";
      case NotDirectoryException _ -> NOT_A_DIRECTORY;
      case CharacterCodingException _ -> "not text in UTF-8";
      case FileSystemException f -> ofText(f.getReason());
      default -> ofText(e.getMessage());
    };
  }

  /// The reason of an error that comes out of a loop over a directory.
  public static String reason(DirectoryIteratorException e) {
    var cause = e.getCause();
    return cause == null ? ofText(e.getMessage()) : reason(cause);
  }

  /// `/etc (Is a directory)`, as streams word it.
  private static String inBrackets(@Nullable String message) {
    var open = message == null ? -1 : message.lastIndexOf('(');
    return open < 0 || message == null
        ? NO_SUCH_FILE
        : message.substring(open + 1).replaceFirst("\\)$", "");
  }

  /// The words of the C library, or others of Java's.
  private static String ofText(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return "an error of input or output";
    }
    var words = text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    return switch (words) {
      case "no such file or directory" -> NO_SUCH_FILE;
      case "stream closed", "stream Closed" -> "it was closed meanwhile";
      default -> words;
    };
  }
}
