import { PassThrough } from "node:stream";
import { askKeyShares } from "../../cli/key-shares";
import { type HiddenInput, hiddenInput } from "../../cli/prompt";

const shares = ["a1".repeat(33), "b2".repeat(33), "c3".repeat(33)];
const never = new AbortController().signal;

function answers(...lines: readonly string[]): HiddenInput & { readonly questions: string[] } {
  const left = [...lines];
  const questions: string[] = [];
  return {
    questions,
    next: async (question) => {
      questions.push(question);
      return left.shift();
    },
    close: () => undefined,
  };
}

let said: string;
beforeEach(() => {
  said = "";
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

test("asks for each share once", async () => {
  const input = answers(...shares);
  expect(await askKeyShares(input, 2)).toEqual(shares.slice(0, 2));
  expect(input.questions).toEqual(["key share 1 of 2, not shown: ", "key share 2 of 2, not shown: "]);
});

test("goes on until an empty line where nobody knows the number", async () => {
  expect(await askKeyShares(answers(...shares, "", "d4".repeat(33)), undefined)).toEqual(shares);
});

test("wrong input is said to be wrong, asked for again, and never repeated", async () => {
  const [first = "", second = ""] = shares;
  expect(await askKeyShares(answers("hunter2", first, first, second), 2)).toEqual([first, second]);
  expect(said).toMatch(/key share 1 is not a key share; allowed: hexadecimal or base64/);
  expect(said).toMatch(/key share 2 was given already/);
  expect(said).not.toContain("hunter2");
  expect(said).not.toContain(first);
});

test("spaces around a share, which copying adds, are no part of it", async () => {
  const [first = ""] = shares;
  expect(await askKeyShares(answers(` ${first}\t`), 1)).toEqual([first]);
});

test("the third wrong answer ends it", async () => {
  const error = await askKeyShares(answers("x", "", "z", ...shares), 2).catch((each: Error) => each);
  expect(error).toMatchObject({ name: "CliError", exitCode: 2, message: expect.stringContaining("key share 1") });
});

test("input that ends too early is an error with the number of shares", async () => {
  await expect(askKeyShares(answers(shares[0] ?? ""), 3)).rejects.toThrow("1 of 3 key shares were given");
  await expect(askKeyShares(answers(""), undefined)).rejects.toThrow("0 of at least 1 key shares were given");
});

describe("hidden input", () => {
  test("reads a pipe to its end, one line for each question", async () => {
    const pipe = new PassThrough();
    pipe.end("one\r\ntwo\nthree");
    const input = hiddenInput(never, pipe as unknown as NodeJS.ReadStream);
    expect([await input.next("a"), await input.next("b"), await input.next("c"), await input.next("d")]).toEqual([
      "one",
      "two",
      "three",
      undefined,
    ]);
    input.close();
  });

  /** A terminal, as far as the prompt uses one. */
  function terminal() {
    const modes: boolean[] = [];
    const stream = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (mode: boolean) => modes.push(mode) });
    return { stream: stream as unknown as NodeJS.ReadStream & PassThrough, modes };
  }

  test("a terminal shows the question and nothing of the answer, and gets its mode back", async () => {
    const { stream, modes } = terminal();
    const answer = hiddenInput(never, stream).next("key: ");
    stream.write("secrex\u007ft\r");
    expect(await answer).toBe("secret");
    expect(modes).toEqual([true, false]);
    expect(said).toBe("key: \n");
  });

  test.each([
    ["arrow keys", "sec\u001b[Dret\u001bOA\u001b[1;5C\r", "secret"],
    ["the marks around what is pasted", "\u001b[200~secret\u001b[201~\r", "secret"],
    ["Escape", "sec\u001b\r", "sec"],
  ])("%s add nothing to the value", async (_what, typed, expected) => {
    const { stream } = terminal();
    const answer = hiddenInput(never, stream).next("key: ");
    stream.write(typed);
    expect(await answer).toBe(expected);
  });

  test("what is pasted behind a line is the answer to the next question", async () => {
    const { stream, modes } = terminal();
    const input = hiddenInput(never, stream);
    const first = input.next("one: ");
    stream.write("a\r\nb\rc");
    expect(await first).toBe("a");
    expect(await input.next("two: ")).toBe("b");
    const last = input.next("three: ");
    stream.write("d\r");
    expect(await last).toBe("cd");
    expect(modes).toEqual([true, false, true, false, true, false]);
  });

  test("spaces belong to a password, at a terminal and in a pipe", async () => {
    const { stream } = terminal();
    const answer = hiddenInput(never, stream).next("password: ");
    stream.write(" of mine \r");
    expect(await answer).toBe(" of mine ");
    const pipe = new PassThrough();
    pipe.end(" of mine \r\n");
    expect(await hiddenInput(never, pipe as unknown as NodeJS.ReadStream).next("password: ")).toBe(" of mine ");
  });

  test("Ctrl-C stops the run and gives the terminal its mode back", async () => {
    const { stream, modes } = terminal();
    const controller = new AbortController();
    const kill = jest.spyOn(process, "kill").mockImplementation(() => {
      controller.abort();
      return true;
    });
    const answer = hiddenInput(controller.signal, stream).next("key: ");
    stream.write("sec\u0003");
    await expect(answer).rejects.toMatchObject({ name: "StoppedError" });
    expect(kill).toHaveBeenCalledWith(process.pid, "SIGINT");
    expect(modes).toEqual([true, false]);
  });
});
