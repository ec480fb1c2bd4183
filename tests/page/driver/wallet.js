// A Wallet Standard wallet for tests. It runs in the page and has no key: `window.testWallet` is bound by the driver,
// which signs with real ones. Each wallet of `names` is registered as an extension would register it.
(names) => {
  const text = new TextDecoder();
  const numbers = (bytes) => Array.from(bytes);

  const walletOf = ({ name, address, publicKey }) => {
    const account = Object.freeze({
      address,
      publicKey: Uint8Array.from(publicKey),
      chains: ["solana:mainnet", "solana:devnet", "solana:testnet", "solana:localnet"],
      features: ["solana:signMessage", "solana:signTransaction"],
    });
    const heard = new Set();
    let accounts = [];
    const ask = async (asked) => {
      const answer = await window.testWallet({ wallet: name, ...asked });
      if (answer.error !== undefined) {
        throw Object.assign(new Error(answer.error), { code: answer.code });
      }
      return Uint8Array.from(answer.bytes);
    };
    const tell = () => heard.forEach((listener) => listener({ accounts }));
    return {
      version: "1.0.0",
      name,
      icon: "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=",
      chains: account.chains,
      get accounts() {
        return accounts;
      },
      features: {
        "standard:connect": {
          version: "1.0.0",
          connect: async ({ silent = false } = {}) => {
            if (!silent) {
              await ask({ kind: "connect" });
            }
            // Asked without a word, it shows what it has shown before, also to an earlier visit.
            if (!silent || (await window.testWallet({ wallet: name, kind: "known" })).known) {
              accounts = [account];
              tell();
            }
            return { accounts };
          },
        },
        "standard:events": {
          version: "1.0.0",
          on: (_, listener) => {
            heard.add(listener);
            return () => heard.delete(listener);
          },
        },
        "solana:signMessage": {
          version: "1.1.0",
          signMessage: async ({ message }) => {
            const signature = await ask({ kind: "message", text: text.decode(message), bytes: numbers(message) });
            return [{ signedMessage: message, signature }];
          },
        },
        "solana:signTransaction": {
          version: "1.0.0",
          supportedTransactionVersions: ["legacy", 0],
          signTransaction: async ({ transaction, chain }) => {
            const bytes = numbers(transaction);
            return [{ signedTransaction: await ask({ kind: "transaction", chain, bytes }) }];
          },
        },
      },
    };
  };

  for (const each of names) {
    const wallet = walletOf(each);
    const register = ({ register: take }) => take(wallet);
    window.dispatchEvent(Object.assign(new Event("wallet-standard:register-wallet"), { detail: register }));
    window.addEventListener("wallet-standard:app-ready", ({ detail }) => register(detail));
  }
};
