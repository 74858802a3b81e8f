//! A browser without a window, driven by the WebDriver protocol.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// The names under which a browser may be found.
const BROWSERS: [&str; 3] = ["chromium", "google-chrome", "chromium-browser"];

/// Returns the browser of this machine, if it has one and its driver.
pub(crate) fn found() -> Option<&'static str> {
    let is_there = |name: &str| {
        let tried = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    BROWSERS.into_iter().find(|name| is_there(name)).filter(|_| is_there("chromedriver"))
}

/// A browser, which ends with this value.
pub(crate) struct Browser {
    driver: Child,
    session: String,
    agent: ureq::Agent,
}

impl Browser {
    /// Starts one in which what it asks of any network, and what it complains of, is written down.
    pub(crate) fn start(width: u32, scheme: &str) -> Self {
        let mut driver = Command::new("chromedriver");
        let driver = driver.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
        let mut driver = driver.spawn().expect("the driver starts");
        let told = BufReader::new(driver.stdout.take().expect("it says where it listens"));
        let port = told.lines().map_while(Result::ok).find_map(|line| {
            let port = line.split_once("successfully on port ")?.1.trim_end_matches('.').to_owned();
            Some(port)
        });
        let port = port.expect("the driver says its port");
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let mut browser =
            Self { driver, session: format!("http://127.0.0.1:{port}/session"), agent: config.new_agent() };
        let size = format!("--window-size={width},900");
        let arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", &size];
        let path = format!("/usr/bin/{}", found().expect("a browser"));
        let wishes = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "binary": path, "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        } } });
        let made = browser.ask("", &wishes);
        browser.session = format!("{}/{}", browser.session, made["sessionId"].as_str().expect("a session"));
        let scheme = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        browser.ask(
            "/goog/cdp/execute",
            &json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "features": scheme } }),
        );
        browser
    }

    /// Asks the driver for something and returns the answer.
    fn ask(&self, what: &str, with: &Value) -> Value {
        let answer = self.agent.post(format!("{}{what}", self.session)).send_json(with);
        let mut answer: Value = answer.expect("the driver answers").body_mut().read_json().expect("it answers in JSON");
        assert!(answer["value"]["error"].is_null(), "{what} {with}: {answer}");
        answer["value"].take()
    }

    /// Opens a page.
    pub(crate) fn open(&self, url: &str) {
        self.ask("/url", &json!({ "url": "about:blank" }));
        self.ask("/url", &json!({ "url": url }));
    }

    /// Returns what an expression is.
    pub(crate) fn says(&self, expression: &str) -> Value {
        self.ask("/execute/sync", &json!({ "script": format!("return {expression}"), "args": [] }))
    }

    /// Waits until what is in the window has been drawn, twice.
    pub(crate) fn frame(&self) {
        let script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(null)))";
        self.ask("/execute/async", &json!({ "script": script, "args": [] }));
    }

    /// Clicks on the first element that a selector finds, as somebody with a mouse would.
    pub(crate) fn click(&self, selector: &str) {
        let found = self.ask("/element", &json!({ "using": "css selector", "value": selector }));
        let id = found.as_object().and_then(|it| it.values().next()).and_then(Value::as_str).expect("an element");
        self.ask(&format!("/element/{id}/click"), &json!({}));
    }

    /// Presses keys, one after another, wherever the focus is.
    pub(crate) fn press(&self, keys: &[char]) {
        let each = keys.iter().flat_map(|key| ["keyDown", "keyUp"].map(|way| json!({ "type": way, "value": key })));
        let actions = json!([{ "type": "key", "id": "keys", "actions": each.collect::<Vec<_>>() }]);
        self.ask("/actions", &json!({ "actions": actions }));
    }

    /// Returns what the browser complained of since it was last asked.
    pub(crate) fn complaints(&self) -> Vec<Value> {
        self.ask("/se/log", &json!({ "type": "browser" })).as_array().cloned().unwrap_or_default()
    }

    /// Returns the addresses that were asked for since it was last asked, without those of files and of nothing.
    pub(crate) fn requests(&self) -> Vec<String> {
        let log = self.ask("/se/log", &json!({ "type": "performance" }));
        let events = log.as_array().into_iter().flatten().filter_map(|it| it["message"].as_str());
        let events = events.filter_map(|text| serde_json::from_str::<Value>(text).ok());
        let urls = events.filter_map(|it| {
            let event = &it["message"];
            let is_request = event["method"].as_str()?.starts_with("Network.requestWillBeSent");
            is_request.then(|| event["params"]["request"]["url"].as_str().map(str::to_owned))?
        });
        urls.filter(|url| !url.starts_with("file:") && !url.starts_with("about:")).collect()
    }

    /// Prints the page on paper and returns how much came out.
    pub(crate) fn prints(&self) -> usize {
        self.ask("/print", &json!({})).as_str().map_or(0, str::len)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.agent.delete(&self.session).call());
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}
